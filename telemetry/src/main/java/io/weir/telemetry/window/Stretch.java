package io.weir.telemetry.window;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * What was told in a stretch of time that is over, by edge number. Edges without traffic in it take no memory.
 *
 * @param fromMs since the epoch, inclusive
 * @param toMs exclusive
 * @param packed pairs of an edge's number and a {@link Tally}
 */
record Stretch(long fromMs, long toMs, ByteString packed) {

    static Stretch of(long fromMs, long toMs, SortedMap<Integer, Tally> tallies) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            for (Map.Entry<Integer, Tally> entry : tallies.entrySet()) {
                out.writeUInt32NoTag(entry.getKey());
                out.writeRawBytes(entry.getValue().packed());
            }
            out.flush();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return new Stretch(fromMs, toMs, bytes.toByteString());
    }

    /** One instead of several that follow each other. */
    static Stretch joined(Collection<Stretch> parts) {
        TreeMap<Integer, Tally> tallies = new TreeMap<>();
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (Stretch part : parts) {
            part.addTo(edge -> tallies.computeIfAbsent(edge, _ -> new Tally()));
            from = Math.min(from, part.fromMs);
            to = Math.max(to, part.toMs);
        }
        return of(from, to, tallies);
    }

    /** Adds all of it to the tallies of these edges. */
    void addTo(IntFunction<Tally> ofEdge) {
        CodedInputStream in = packed.newCodedInput();
        try {
            while (!in.isAtEnd()) {
                ofEdge.apply(in.readUInt32()).add(in);
            }
        } catch (IOException ownBytes) {
            throw new UncheckedIOException(ownBytes);
        }
    }
}
