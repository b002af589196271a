package io.weir.telemetry.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.directory.DirectoryOptions;
import io.weir.controlplane.source.directory.DirectorySource;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Backend;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Inventory.Split;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoriesTest {

    private static final String MANIFESTS = """
            kind: Namespace
            apiVersion: v1
            metadata: {name: shop, labels: {team: red}}
            ---
            kind: Workload
            apiVersion: weir.io/v1alpha1
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec:
              serviceAccount: seller
              replicas: 2
              command: [serve]
              ports: [{port: 8080, name: http}]
            ---
            kind: Workload
            apiVersion: weir.io/v1alpha1
            metadata: {name: desk, namespace: office, annotations: {weir.io/inject: disabled}}
            spec:
              address: 127.0.0.1
              ports: [{port: 9090, name: http}]
            ---
            kind: Workload
            apiVersion: weir.io/v1alpha1
            metadata: {name: printer, namespace: office, annotations: {weir.io/inject: disabled}}
            spec:
              address: 127.9.9.9
              ports: [{port: 9091, name: http}]
            ---
            kind: Workload
            apiVersion: weir.io/v1alpha1
            metadata: {name: scanner, namespace: office, annotations: {weir.io/inject: disabled}}
            spec:
              address: 127.9.9.8
              ports: [{port: 9092, name: http}]
            ---
            kind: Workload
            apiVersion: weir.io/v1alpha1
            metadata: {name: copier, namespace: office, annotations: {weir.io/inject: disabled}}
            spec:
              address: 127.9.9.8
              ports: [{port: 9093, name: http}]
            ---
            kind: Service
            apiVersion: v1
            metadata: {name: web, namespace: shop}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080, name: http}]}
            ---
            kind: Service
            apiVersion: v1
            metadata: {name: nobody, namespace: shop}
            spec: {selector: {app: nobody}, ports: [{port: 80, name: http}]}
            ---
            kind: TrafficSplit
            apiVersion: split.smi-spec.io/v1alpha2
            metadata: {name: canary, namespace: shop, labels: {app: web}}
            spec:
              service: web.shop.svc.cluster.local
              backends:
              - {service: web-v2, weight: 10}
              - {service: web, weight: 90}
              - {service: web-v2, weight: 5}
            """;

    private ClusterState state = ClusterState.EMPTY;
    private Inventory inventory = Inventory.EMPTY;

    @BeforeEach
    void take(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("mesh.yaml"), MANIFESTS);
        try (DirectorySource source = DirectorySource.start(DirectoryOptions.inMemory(folder))) {
            state = source.current();
        }
        // Every other document is right; the split lists a service twice.
        assertThat(state.diagnostics()).extracting(Diagnostic::code).containsExactly("WEIR106");
        inventory = Inventories.of(state);
    }

    private static Resource namespaced(ResourceKind kind, String namespace, String name) {
        return new Resource(kind, namespace, name);
    }

    @Test
    void what_was_declared_and_what_follows_from_it_can_be_asked_for_by_its_labels() {
        assertThat(inventory.labels())
                .containsEntry(namespaced(ResourceKind.NAMESPACE, "", "shop"), sorted(Map.of("team", "red")))
                .containsEntry(namespaced(ResourceKind.NAMESPACE, "", "office"), sorted(Map.of()))
                .containsEntry(namespaced(ResourceKind.POD, "shop", "web-0"), sorted(Map.of("app", "web")))
                .containsEntry(namespaced(ResourceKind.POD, "shop", "web-1"), sorted(Map.of("app", "web")))
                .containsEntry(namespaced(ResourceKind.DEPLOYMENT, "shop", "web"), sorted(Map.of("app", "web")))
                .containsEntry(namespaced(ResourceKind.SERVICE, "shop", "nobody"), sorted(Map.of()))
                .containsEntry(namespaced(ResourceKind.TRAFFIC_SPLIT, "shop", "canary"), sorted(Map.of("app", "web")))
                .doesNotContainKey(namespaced(ResourceKind.POD, "shop", "web"));
        assertThat(inventory.labels().keySet()).extracting(Resource::kind).doesNotContain(ResourceKind.NODE);
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return new TreeMap<>(map);
    }

    @Test
    void a_workload_stands_as_the_deployment_of_its_replicas() {
        assertThat(inventory.parties().get(new WorkloadKey("shop", "web-1")))
                .isEqualTo(
                        new Party("shop", "web-1", "seller", List.of(new Owner(ResourceKind.DEPLOYMENT, "web")), ""));
        assertThat(inventory.parties()).containsKey(new WorkloadKey("office", "desk"));
    }

    @Test
    void in_a_cluster_a_pod_has_owners_and_a_node() {
        Replica folder = Objects.requireNonNull(state.replicas().get(new WorkloadKey("office", "printer")));
        Replica pod = new Replica(
                folder.key(),
                folder.uid(),
                "printer",
                List.of(
                        new Replica.Owner("ReplicaSet", "printer-7d4"),
                        new Replica.Owner("Rollout", "unknown"),
                        new Replica.Owner("Deployment", "printer")),
                "node-1",
                folder.ordinal(),
                folder.serviceAccount(),
                folder.labels(),
                folder.annotations(),
                folder.ports(),
                folder.ready(),
                folder.appAddress(),
                null,
                null);
        ClusterState cluster = new ClusterState(
                state.namespaces(),
                state.services(),
                state.serviceAccounts(),
                new TreeMap<>(Map.of(pod.key(), pod)),
                state.endpoints(),
                state.smi(),
                state.loopback(),
                state.locations(),
                state.diagnostics());

        Inventory inventory = Inventories.of(cluster);

        assertThat(inventory.parties())
                .containsEntry(
                        pod.key(),
                        new Party(
                                "office",
                                "printer",
                                "default",
                                List.of(
                                        new Owner(ResourceKind.REPLICA_SET, "printer-7d4"),
                                        new Owner(ResourceKind.DEPLOYMENT, "printer")),
                                "node-1"));
        assertThat(inventory.labels())
                .containsKeys(
                        namespaced(ResourceKind.NODE, "", "node-1"),
                        namespaced(ResourceKind.REPLICA_SET, "office", "printer-7d4"));
    }

    @Test
    void services_have_the_pods_behind_them() {
        assertThat(inventory.members())
                .isEqualTo(Map.of(
                        new ServiceKey("shop", "web"),
                        Set.of(new WorkloadKey("shop", "web-0"), new WorkloadKey("shop", "web-1")),
                        new ServiceKey("shop", "nobody"),
                        Set.of()));
    }

    @Test
    void a_split_has_the_bare_name_of_its_root_and_each_backend_once() {
        assertThat(inventory.splits())
                .containsExactly(
                        new Split("shop", "canary", "web", List.of(new Backend("web-v2", 15), new Backend("web", 90))));
    }

    @Test
    void addresses_of_apps_and_sidecars_belong_to_their_replica() {
        WorkloadKey web = new WorkloadKey("shop", "web-0");
        Replica replica = Objects.requireNonNull(state.replicas().get(web));
        Binds binds = Objects.requireNonNull(replica.sidecar()).binds();

        assertThat(inventory.addresses())
                .containsEntry(replica.appAddress(), web)
                .containsEntry(binds.addresses().getFirst(), web)
                .containsEntry("127.9.9.9", new WorkloadKey("office", "printer"));
        assertThat(replica.appAddress()).isNotEqualTo(binds.addresses().getFirst());
    }

    @Test
    void an_address_that_may_be_anybodys_is_nobodys() {
        assertThat(inventory.addresses()).doesNotContainKeys("127.0.0.1", "127.9.9.8");
    }
}
