package io.weir.telemetry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.ResourceKind;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of a real API server, with the rights that the telemetry program is installed with. */
@KubeTest
class ClusterObjectsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> LABELS = Map.of("app", "web", "tier", "front");

    private final KubeApiServer kube;
    private final String namespace;
    private final InstalledAccount account;

    ClusterObjectsTest(KubeApiServer kube) {
        this.kube = kube;
        this.namespace = kube.namespace("objects");
        this.account = InstalledAccount.in(kube, "/kubernetes/telemetry-rbac.yaml");
    }

    /** An object with {@link #LABELS}, of the namespace's name where it is in none. */
    private Resource create(ResourceKind kind) {
        String containers = "\"containers\": [{\"name\": \"app\", \"image\": \"app\"}]";
        String pods = "\"template\": {\"metadata\": {\"labels\": {\"app\": \"web\"}}, \"spec\": {" + containers + "}}";
        String workload = "\"selector\": {\"matchLabels\": {\"app\": \"web\"}}, " + pods;
        Resource resource =
                new Resource(kind, kind.namespaced() ? namespace : "", kind.namespaced() ? "web" : namespace);
        String version = switch (kind) {
            case DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET -> "apps/v1";
            case JOB -> "batch/v1";
            default -> "v1";
        };
        String spec = switch (kind) {
            case DAEMON_SET, DEPLOYMENT, REPLICA_SET -> workload;
            case STATEFUL_SET -> "\"serviceName\": \"web\", " + workload;
            case JOB -> pods.replace("\"containers\"", "\"restartPolicy\": \"Never\", \"containers\"");
            case REPLICATION_CONTROLLER -> pods;
            case POD -> containers;
            case SERVICE -> "\"ports\": [{\"port\": 80}]";
            default -> "";
        };
        kube.client()
                .resource("""
                        {"apiVersion": "%s", "kind": "%s", "metadata": {"namespace": "%s", "name": "%s",
                        "labels": {"app": "web", "tier": "front"}}, "spec": {%s}}
                        """.formatted(version, kind.kind(), resource.namespace(), resource.name(), spec))
                .create();
        return resource;
    }

    private SortedMap<String, String> labels(ClusterObjects objects, Resource resource) {
        return objects.over(Inventory.EMPTY).labels().get(resource);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NAMESPACE", "TRAFFIC_SPLIT"},
            mode = EnumSource.Mode.EXCLUDE)
    void an_object_without_traffic_is_there_with_its_labels(ResourceKind kind) throws Exception {
        try (KubernetesClient client = account.client();
                ClusterObjects objects = ClusterObjects.follow(client, WatchOptions.defaults())) {
            assertThat(objects.awaitSynced(PATIENCE)).isTrue();
            Resource made = create(kind);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(labels(objects, made)).containsAllEntriesOf(LABELS));
        } finally {
            if (kind == ResourceKind.NODE) {
                kube.client().nodes().withName(namespace).delete();
            }
        }
    }

    @Test
    void what_there_is_replaces_what_the_mesh_inferred_until_it_goes() throws Exception {
        Resource web = create(ResourceKind.DEPLOYMENT);
        Resource gone = new Resource(ResourceKind.DEPLOYMENT, namespace, "gone");
        Resource split = new Resource(ResourceKind.TRAFFIC_SPLIT, namespace, "web");
        TreeMap<Resource, SortedMap<String, String>> inferred = new TreeMap<>();
        inferred.put(web, Sorted.map(Map.of("of", "its pod")));
        inferred.put(gone, new TreeMap<>());
        inferred.put(split, Sorted.map(Map.of("a", "b")));
        Inventory mesh = new Inventory(inferred, new TreeMap<>(), Map.of(), new TreeMap<>(), List.of());
        try (KubernetesClient client = account.client();
                ClusterObjects objects = ClusterObjects.follow(client, WatchOptions.defaults())) {
            assertThat(objects.awaitSynced(PATIENCE)).isTrue();
            SortedMap<Resource, SortedMap<String, String>> all =
                    objects.over(mesh).labels();
            assertThat(all.get(web)).isEqualTo(LABELS);
            assertThat(all).doesNotContainKey(gone);
            assertThat(all.get(split)).isEqualTo(Map.of("a", "b"));
            assertThat(all).containsKey(new Resource(ResourceKind.NAMESPACE, "", namespace));
            kube.client()
                    .apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName("web")
                    .delete();
            await().atMost(PATIENCE).until(() -> labels(objects, web) == null);
        }
    }
}
