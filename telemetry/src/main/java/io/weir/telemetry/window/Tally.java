package io.weir.telemetry.window;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Traffic that is still added to, and its packed form: variable-length numbers, nothing for what is zero. */
final class Tally {

    private static final int BUCKETS = EdgeStats.LATENCY_BUCKETS_MS.size() + 1;

    private final TreeMap<Outcome, Long> requests = new TreeMap<>();
    private final long[] latencies = new long[BUCKETS];
    private long sumMicros;
    private long connections;
    private long sentBytes;
    private long receivedBytes;
    private long wouldBeDenied;

    static Tally of(Traffic traffic) {
        Tally tally = new Tally();
        traffic.requests().forEach(tally::requests);
        tally.latencies(traffic.latencies());
        tally.connections(traffic.connections());
        tally.sent(traffic.sentBytes());
        tally.received(traffic.receivedBytes());
        tally.wouldBeDenied(traffic.wouldBeDenied());
        return tally;
    }

    void requests(Outcome outcome, long more) {
        requests.merge(outcome, more, Long::sum);
    }

    void latencies(Latencies more) {
        long below = 0;
        int bucket = 0;
        for (long cumulative : more.cumulative()) {
            latencies[bucket++] += cumulative - below;
            below = cumulative;
        }
        sumMicros += more.sumMicros();
    }

    void connections(long more) {
        connections += more;
    }

    void sent(long more) {
        sentBytes += more;
    }

    void received(long more) {
        receivedBytes += more;
    }

    void wouldBeDenied(long more) {
        wouldBeDenied += more;
    }

    void add(Tally other) {
        other.requests.forEach(this::requests);
        for (int i = 0; i < BUCKETS; i++) {
            latencies[i] += other.latencies[i];
        }
        sumMicros += other.sumMicros;
        connections += other.connections;
        sentBytes += other.sentBytes;
        receivedBytes += other.receivedBytes;
        wouldBeDenied += other.wouldBeDenied;
    }

    /** The present state as a value. */
    Traffic traffic() {
        return new Traffic(
                requests,
                Latencies.ofMicros(latencies, sumMicros),
                connections,
                sentBytes,
                receivedBytes,
                wouldBeDenied);
    }

    byte[] packed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 64);
        try {
            out.writeUInt32NoTag(requests.size());
            for (Map.Entry<Outcome, Long> entry : requests.entrySet()) {
                out.writeUInt32NoTag(entry.getKey().responseCode());
                out.writeSInt32NoTag(entry.getKey().grpcStatus());
                out.writeUInt64NoTag(entry.getValue());
            }
            out.writeUInt64NoTag(connections);
            out.writeUInt64NoTag(sentBytes);
            out.writeUInt64NoTag(receivedBytes);
            out.writeUInt64NoTag(wouldBeDenied);
            int filled =
                    (int) Arrays.stream(latencies).filter(count -> count > 0).count();
            out.writeUInt32NoTag(filled);
            if (filled > 0) {
                out.writeUInt64NoTag(sumMicros);
            }
            for (int i = 0; i < BUCKETS; i++) {
                if (latencies[i] > 0) {
                    out.writeUInt32NoTag(i);
                    out.writeUInt64NoTag(latencies[i]);
                }
            }
            out.flush();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    /** Adds what {@link #packed} gave. */
    void add(CodedInputStream in) throws IOException {
        for (int left = in.readUInt32(); left > 0; left--) {
            Outcome outcome = new Outcome(in.readUInt32(), in.readSInt32());
            requests(outcome, in.readUInt64());
        }
        connections += in.readUInt64();
        sentBytes += in.readUInt64();
        receivedBytes += in.readUInt64();
        wouldBeDenied += in.readUInt64();
        int filled = in.readUInt32();
        if (filled > 0) {
            sumMicros += in.readUInt64();
        }
        for (; filled > 0; filled--) {
            latencies[in.readUInt32()] += in.readUInt64();
        }
    }
}
