package io.weir.telemetry.window;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.window.Part.Heard;
import io.weir.telemetry.window.Part.Since;
import io.weir.telemetry.window.Part.Spoilt;
import io.weir.telemetry.window.Part.Stay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parts as bytes, for replicas of the same program: the first number is the version of the form. Ends of edges are written once each,
 * numbers in as few bytes as they need: an edge takes about 80 bytes.
 */
public final class PartCodec {

    /** Another one after each change of the form: replicas of two versions don't understand each other. */
    private static final int VERSION = 2;

    private PartCodec() {}

    /** Packs it. */
    public static byte[] write(Part part) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeUInt32NoTag(VERSION);
            out.writeStringNoTag(part.store());
            out.writeSInt64NoTag(part.nowMs());
            out.writeSInt64NoTag(part.startedMs());
            out.writeSInt64NoTag(part.horizonMs());
            out.writeSInt64NoTag(part.lostMs());
            out.writeUInt32NoTag(part.heard().size());
            for (Heard heard : part.heard()) {
                write(heard.sidecar(), out);
                out.writeSInt64NoTag(part.nowMs() - heard.lastMs());
                out.writeBoolNoTag(heard.pushed());
                out.writeBoolNoTag(heard.blind());
                out.writeBoolNoTag(heard.open());
            }
            out.writeUInt32NoTag(part.stays().size());
            for (Stay stay : part.stays()) {
                write(stay.sidecar(), out);
                out.writeStringNoTag(stay.uid());
                out.writeSInt64NoTag(part.nowMs() - stay.fromMs());
                out.writeSInt64NoTag(part.nowMs() - stay.firstMs());
                out.writeSInt64NoTag(part.nowMs() - stay.lastMs());
            }
            write(part.since(), out);
            out.flush();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteString().toByteArray();
    }

    private static void write(@Nullable Since since, CodedOutputStream out) throws IOException {
        out.writeBoolNoTag(since != null);
        if (since == null) {
            return;
        }
        out.writeSInt64NoTag(since.startMs());
        out.writeSInt64NoTag(since.fromMs());
        Spoilt spoilt = since.spoilt();
        out.writeBoolNoTag(spoilt != null);
        if (spoilt != null) {
            out.writeStringNoTag(spoilt.reason());
            out.writeSInt64NoTag(spoilt.untilMs());
        }
        Map<Party, Integer> parties = new LinkedHashMap<>();
        since.edges().keySet().forEach(edge -> {
            parties.putIfAbsent(edge.source(), parties.size());
            parties.putIfAbsent(edge.destination(), parties.size());
        });
        out.writeUInt32NoTag(parties.size());
        for (Party party : parties.keySet()) {
            write(party, out);
        }
        out.writeUInt32NoTag(since.edges().size());
        for (Map.Entry<Edge, Traffic> entry : since.edges().entrySet()) {
            Edge edge = entry.getKey();
            out.writeStringNoTag(edge.reporter().name());
            out.writeUInt32NoTag(parties.getOrDefault(edge.source(), 0));
            out.writeUInt32NoTag(parties.getOrDefault(edge.destination(), 0));
            write(edge.service(), out);
            write(edge.backend(), out);
            out.writeStringNoTag(edge.protocol().name());
            out.writeBoolNoTag(edge.mtls());
            out.writeRawBytes(Tally.of(entry.getValue()).packed());
        }
    }

    private static void write(WorkloadKey key, CodedOutputStream out) throws IOException {
        out.writeStringNoTag(key.namespace());
        out.writeStringNoTag(key.name());
    }

    private static void write(@Nullable ServiceKey key, CodedOutputStream out) throws IOException {
        out.writeStringNoTag(key == null ? "" : key.namespace());
        out.writeStringNoTag(key == null ? "" : key.name());
    }

    private static void write(Party party, CodedOutputStream out) throws IOException {
        out.writeStringNoTag(party.namespace());
        out.writeStringNoTag(party.pod());
        out.writeStringNoTag(party.serviceAccount());
        out.writeStringNoTag(party.node());
        out.writeUInt32NoTag(party.owners().size());
        for (Party.Owner owner : party.owners()) {
            out.writeStringNoTag(owner.kind().name());
            out.writeStringNoTag(owner.name());
        }
    }

    /**
     * Reads what {@link #write} packed.
     *
     * @throws IOException if it is something else, or of another version
     */
    public static Part read(byte[] packed) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(packed);
        int version = in.readUInt32();
        if (version != VERSION) {
            throw new IOException("of version " + version + ", not " + VERSION);
        }
        try {
            String store = in.readString();
            long nowMs = in.readSInt64();
            long startedMs = in.readSInt64();
            long horizonMs = in.readSInt64();
            long lostMs = in.readSInt64();
            List<Heard> heard = new ArrayList<>();
            for (int left = in.readUInt32(); left > 0; left--) {
                heard.add(
                        new Heard(workload(in), nowMs - in.readSInt64(), in.readBool(), in.readBool(), in.readBool()));
            }
            List<Stay> stays = new ArrayList<>();
            for (int left = in.readUInt32(); left > 0; left--) {
                stays.add(new Stay(
                        workload(in),
                        in.readString(),
                        nowMs - in.readSInt64(),
                        nowMs - in.readSInt64(),
                        nowMs - in.readSInt64()));
            }
            Part part = new Part(
                    store, nowMs, startedMs, horizonMs, lostMs, heard, stays, in.readBool() ? since(in) : null);
            if (!in.isAtEnd()) {
                throw new IOException("more than a part");
            }
            return part;
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException("not a part", e);
        }
    }

    private static Since since(CodedInputStream in) throws IOException {
        long startMs = in.readSInt64();
        long fromMs = in.readSInt64();
        Spoilt spoilt = in.readBool() ? new Spoilt(in.readString(), in.readSInt64()) : null;
        List<Party> parties = new ArrayList<>();
        for (int left = in.readUInt32(); left > 0; left--) {
            parties.add(party(in));
        }
        Map<Edge, Traffic> edges = new HashMap<>();
        for (int left = in.readUInt32(); left > 0; left--) {
            Edge edge = new Edge(
                    Edge.Reporter.valueOf(in.readString()),
                    parties.get(in.readUInt32()),
                    parties.get(in.readUInt32()),
                    service(in),
                    service(in),
                    Edge.Protocol.valueOf(in.readString()),
                    in.readBool());
            Tally tally = new Tally();
            tally.add(in);
            edges.put(edge, tally.traffic());
        }
        return new Since(startMs, fromMs, spoilt, edges);
    }

    private static WorkloadKey workload(CodedInputStream in) throws IOException {
        return new WorkloadKey(in.readString(), in.readString());
    }

    private static @Nullable ServiceKey service(CodedInputStream in) throws IOException {
        String namespace = in.readString();
        String name = in.readString();
        return name.isEmpty() ? null : new ServiceKey(namespace, name);
    }

    private static Party party(CodedInputStream in) throws IOException {
        String namespace = in.readString();
        String pod = in.readString();
        String account = in.readString();
        String node = in.readString();
        List<Party.Owner> owners = new ArrayList<>();
        for (int left = in.readUInt32(); left > 0; left--) {
            owners.add(new Party.Owner(ResourceKind.valueOf(in.readString()), in.readString()));
        }
        return new Party(namespace, pod, account, owners, node);
    }
}
