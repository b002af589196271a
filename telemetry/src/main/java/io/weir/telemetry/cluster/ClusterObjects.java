package io.weir.telemetry.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.source.decode.Kept;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import io.weir.controlplane.source.kubernetes.watch.KindInformer;
import io.weir.controlplane.source.kubernetes.watch.Resource.Extent;
import io.weir.controlplane.source.kubernetes.watch.Resource.Presence;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects of Kubernetes' own kinds with their labels, kept current. Only metadata is asked for, and of that names and
 * labels stay. TrafficSplits are not here: the mesh knows them.
 */
public final class ClusterObjects implements AutoCloseable {

    /** Where the API server has each kind. */
    private static final Map<ResourceKind, String> PATHS = paths();

    /** Pods that have ended have no traffic, and a cluster may keep thousands of them. */
    private static final String NOT_ENDED = "status.phase!=Succeeded,status.phase!=Failed";

    private final TreeMap<Resource, SortedMap<String, String>> objects = new TreeMap<>();
    private final List<KindInformer<SortedMap<String, String>>> informers = new ArrayList<>();
    private final CountDownLatch unread = new CountDownLatch(PATHS.size());
    private long version;

    private ClusterObjects() {}

    /** Starts to follow; the client stays its owner's, was made with http2Disable, and must be open until this is closed. */
    public static ClusterObjects follow(KubernetesClient client, WatchOptions options) {
        ClusterObjects objects = new ClusterObjects();
        ApiServer server = ApiServer.of(client, options);
        PATHS.forEach((kind, path) -> objects.informers.add(KindInformer.start(
                server,
                new io.weir.controlplane.source.kubernetes.watch.Resource(
                        kind.kind(),
                        path,
                        kind == ResourceKind.POD ? NOT_ENDED : null,
                        Extent.METADATA,
                        Presence.BUILT_IN),
                (_, object, before) -> Kept.of(before, labels(object)),
                objects.sink(kind))));
        return objects;
    }

    private static Map<ResourceKind, String> paths() {
        EnumMap<ResourceKind, String> paths = new EnumMap<>(ResourceKind.class);
        for (ResourceKind kind : ResourceKind.values()) {
            String group = switch (kind) {
                case NAMESPACE, NODE, POD, REPLICATION_CONTROLLER, SERVICE -> "/api/v1/";
                case DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET -> "/apis/apps/v1/";
                case JOB -> "/apis/batch/v1/";
                case TRAFFIC_SPLIT -> "";
            };
            if (!group.isEmpty()) {
                paths.put(kind, group + kind.plural());
            }
        }
        return paths;
    }

    private KindInformer.Sink<SortedMap<String, String>> sink(ResourceKind kind) {
        return new KindInformer.Sink<>() {
            @Override
            public void changed(Map<ObjectRef, @Nullable SortedMap<String, String>> changes) {
                put(kind, changes);
            }

            @Override
            public void synced() {
                unread.countDown();
            }
        };
    }

    private synchronized void put(ResourceKind kind, Map<ObjectRef, @Nullable SortedMap<String, String>> changes) {
        version++;
        changes.forEach((ref, labels) -> {
            Resource resource = new Resource(kind, ref.namespace(), ref.name());
            if (labels == null) {
                objects.remove(resource);
            } else {
                objects.put(resource, labels);
            }
        });
    }

    private static SortedMap<String, String> labels(ObjectNode object) {
        TreeMap<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label :
                object.path("metadata").path("labels").properties()) {
            labels.put(label.getKey(), label.getValue().asString(""));
        }
        return Sorted.map(labels);
    }

    /** Another number after each change. */
    public synchronized long version() {
        return version;
    }

    /** Whether every kind was read once. */
    public boolean synced() {
        return unread.getCount() == 0;
    }

    /** Waits until every kind was read once; returns whether it was. */
    public boolean awaitSynced(Duration patience) throws InterruptedException {
        return unread.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How following each kind goes. */
    public List<InformerStatus> kinds() {
        return informers.stream().map(KindInformer::status).toList();
    }

    /** What the mesh knows, with these objects instead of those that it inferred from pods; labels are the objects' own. */
    public Inventory over(Inventory mesh) {
        TreeMap<Resource, SortedMap<String, String>> all = new TreeMap<>(mesh.labels());
        all.keySet().removeIf(resource -> PATHS.containsKey(resource.kind()));
        synchronized (this) {
            all.putAll(objects);
        }
        return new Inventory(all, mesh.parties(), mesh.addresses(), mesh.members(), mesh.splits());
    }

    @Override
    public void close() {
        informers.forEach(KindInformer::close);
    }
}
