package io.weir.controlplane.source.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.ApiServer.Reading;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A cluster as one account sees it, read once. Objects become a {@link ClusterState} as {@link KubernetesSource} makes
 * it, with one difference: of an object that is broken now, nobody who reads it once knows the last good version.
 *
 * @param refused kinds that the account may not read; what the state has of them is nothing, or a part
 * @param narrowed kinds that it may read in the namespaces it asked for alone
 * @param absent kinds of SMI's that are not installed
 */
public record ClusterSnapshot(
        ClusterState state, List<Refused> refused, SortedSet<String> narrowed, SortedSet<String> absent) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public ClusterSnapshot {
        refused = List.copyOf(refused);
        narrowed = Sorted.set(narrowed);
        absent = Sorted.set(absent);
    }

    /**
     * A kind that could not be read.
     *
     * @param reason the API server's words
     */
    public record Refused(String kind, String reason) {}

    /**
     * Reads every kind, in all namespaces where the account may.
     *
     * @param client stays its owner's; made with http2Disable
     * @param namespaces where a kind is read that may not be read in all of them
     * @throws IOException if the API server is away, or says nothing that can be understood
     */
    public static ClusterSnapshot read(KubernetesClient client, SortedSet<String> namespaces) throws IOException {
        return new Reader(client, namespaces).read();
    }

    /** One reading. */
    private static final class Reader {

        private final KubernetesClient client;
        private final ApiServer server;
        private final SortedSet<String> namespaces;
        private final Map<ObjectRef, Held> objects = new HashMap<>();
        private final List<Refused> refused = new ArrayList<>();
        private final TreeSet<String> narrowed = new TreeSet<>();
        private final TreeSet<String> absent = new TreeSet<>();

        Reader(KubernetesClient client, SortedSet<String> namespaces) {
            this.client = client;
            this.server = ApiServer.of(client, WatchOptions.defaults());
            this.namespaces = Sorted.set(namespaces);
        }

        ClusterSnapshot read() throws IOException {
            for (Kind kind : Kind.values()) {
                Reading reading = server.read(kind.resource(), object -> decode(kind, object));
                switch (reading.outcome()) {
                    case COMPLETE -> {}
                    case ABSENT -> absent(kind, reading);
                    case REFUSED -> narrow(kind, reading);
                }
            }
            return new ClusterSnapshot(new MeshState().apply(objects), refused, narrowed, absent);
        }

        private void absent(Kind kind, Reading reading) {
            if (kind.smi() == null) {
                refused.add(new Refused(kind.objectKind(), reading.words()));
            } else {
                absent.add(kind.objectKind());
            }
        }

        private void narrow(Kind kind, Reading everywhere) throws IOException {
            if (namespaces.isEmpty()) {
                refused.add(new Refused(kind.objectKind(), everywhere.words()));
                return;
            }
            for (String namespace : namespaces) {
                Reading reading = kind == Kind.NAMESPACE
                        ? namespace(namespace)
                        : server.read(kind.within(namespace), object -> decode(kind, object));
                if (reading.outcome() != Reading.Outcome.COMPLETE) {
                    refused.add(new Refused(kind.objectKind(), reading.words()));
                    return;
                }
            }
            narrowed.add(kind.objectKind());
        }

        /** Who has a role in a namespace may get that namespace, and list none. */
        private Reading namespace(String name) throws IOException {
            try {
                if (JSON.readTree(client.raw("/api/v1/namespaces/" + name, "GET", null)) instanceof ObjectNode object) {
                    decode(Kind.NAMESPACE, object);
                }
                return new Reading(Reading.Outcome.COMPLETE, "");
            } catch (KubernetesClientException e) {
                return switch (e.getCode()) {
                    // A namespace that is not there has no objects either.
                    case 404 -> new Reading(Reading.Outcome.COMPLETE, "");
                    case 401, 403 -> new Reading(Reading.Outcome.REFUSED, String.valueOf(e.getMessage()));
                    default -> throw new IOException(e.getMessage(), e);
                };
            }
        }

        private void decode(Kind kind, ObjectNode object) {
            JsonNode metadata = object.path("metadata");
            ObjectRef ref = new ObjectRef(
                    kind.objectKind(),
                    metadata.path("namespace").asString(""),
                    metadata.path("name").asString("?"));
            objects.put(ref, KindDecoder.decode(kind, ref, object, null));
        }
    }
}
