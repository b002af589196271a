package io.weir.controlplane.source.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.directory.DirectoryOptions;
import io.weir.controlplane.source.directory.DirectorySource;
import io.weir.smi.SmiKind;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One mesh, once in a real API server and once in a folder. */
@Tag("kube")
class ClusterMirrorTest {

    @TempDir
    private Path folder;

    @Test
    void a_cluster_gives_the_state_that_a_folder_gives_for_the_same_objects() throws Exception {
        try (KubeApiServer server = KubeApiServer.launch()) {
            SmallCluster cluster = new SmallCluster(server.client());
            cluster.installDefinitions();
            cluster.fill();
            cluster.split("canary", "east", "1");
            server.client()
                    .load(Files.newInputStream(Files.writeString(folder.resolve("smi.txt"), SMI)))
                    .create();
            copy(cluster, server.client().getKubernetesSerialization());

            try (KubernetesClient client = reader(server);
                    KubernetesSource source = KubernetesSource.start(client, KubernetesOptions.defaults());
                    DirectorySource manifests = DirectorySource.start(DirectoryOptions.inMemory(folder))) {
                assertThat(source.awaitSynced(Duration.ofSeconds(30)))
                        .as("%s", source.kinds())
                        .isTrue();
                ClusterState inCluster = source.current();
                ClusterState inFolder = manifests.current();
                assertThat(inFolder.diagnostics()).isEmpty();
                assertThat(inCluster.diagnostics()).isEmpty();
                assertThat(ClusterSnapshot.read(client, new TreeSet<>()))
                        .isEqualTo(new ClusterSnapshot(inCluster, List.of(), new TreeSet<>(), new TreeSet<>()));
                assertThat(ours(inCluster.services())).hasSize(SmallCluster.SERVICES);
                assertThat(ours(inCluster.services()).values().stream().map(ClusterMirrorTest::withoutAddresses))
                        .containsExactlyElementsOf(ours(inFolder.services()).values());
                assertThat(inCluster.replicas()).hasSize(SmallCluster.PODS);
                assertThat(inCluster.replicas().values().stream().map(ClusterMirrorTest::nameless))
                        .containsExactlyElementsOf(inFolder.replicas().values().stream()
                                .map(ClusterMirrorTest::nameless)
                                .toList());
                assertThat(ours(inCluster.endpoints())).isEqualTo(ours(inFolder.endpoints()));
                assertThat(inCluster.smi()).hasSize(5).isEqualTo(inFolder.smi());
                assertThat(ours(inCluster.serviceAccounts())).isEqualTo(ours(inFolder.serviceAccounts()));
                assertThat(inCluster.namespaces().get("east"))
                        .isEqualTo(new NamespaceEntry(
                                "east", new TreeMap<>(Map.of("weir.io/mode", "deny")), new TreeMap<>()));
            }
        }
    }

    private static final String SMI = """
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: web, namespace: east}
            spec:
              destination: {kind: ServiceAccount, name: web}
              sources: [{kind: ServiceAccount, name: web, namespace: west}]
              rules: [{kind: HTTPRouteGroup, name: all}, {kind: TCPRoute, name: tcp}, {kind: UDPRoute, name: udp}]
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: HTTPRouteGroup
            metadata: {name: all, namespace: east}
            spec: {matches: [{name: all, pathRegex: "/.*", methods: ["*"], headers: [{x: y}]}]}
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: TCPRoute
            metadata: {name: tcp, namespace: east}
            spec: {matches: {ports: [8080]}}
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: UDPRoute
            metadata: {name: udp, namespace: east}
            spec: {matches: {ports: [53]}}
            """;

    /** May list and watch what is followed, and nothing else. */
    private static KubernetesClient reader(KubeApiServer server) {
        String namespace = server.namespace("weir");
        server.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName("weir-source")
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("")
                        .withResources("namespaces", "services", "serviceaccounts", "pods")
                        .withVerbs("list", "watch")
                        .endRule()
                        .addNewRule()
                        .withApiGroups("discovery.k8s.io")
                        .withResources("endpointslices")
                        .withVerbs("list", "watch")
                        .endRule()
                        .addNewRule()
                        .withApiGroups("apps")
                        .withResources("replicasets")
                        .withVerbs("list", "watch")
                        .endRule()
                        .addNewRule()
                        .withApiGroups("access.smi-spec.io", "specs.smi-spec.io", "split.smi-spec.io")
                        .withResources("traffictargets", "httproutegroups", "tcproutes", "udproutes", "trafficsplits")
                        .withVerbs("list", "watch")
                        .endRule()
                        .build())
                .create();
        server.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName("weir-source")
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "weir-source")
                        .addNewSubject("", "ServiceAccount", "default", namespace)
                        .build())
                .create();
        Config config = server.serviceAccount(namespace, "default").config();
        config.setHttp2Disable(true);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** The objects as the API server has them; for each pod a Workload. */
    private void copy(SmallCluster cluster, KubernetesSerialization yaml) throws IOException {
        for (Class<? extends HasMetadata> type : List.of(Namespace.class, Service.class, ServiceAccount.class)) {
            for (HasMetadata object : cluster.all(type)) {
                write(object, yaml);
            }
        }
        for (SmiKind kind : SmiKind.values()) {
            for (HasMetadata object : cluster.all(kind)) {
                write(object, yaml);
            }
        }
        for (Pod pod : cluster.all(Pod.class)) {
            String name = pod.getMetadata().getName();
            Files.writeString(folder.resolve("pod-" + name + ".yaml"), """
                    apiVersion: weir.io/v1alpha1
                    kind: Workload
                    metadata:
                      name: %s
                      namespace: %s
                      labels: {%s}
                      annotations: {weir.io/inject: disabled}
                    spec:
                      serviceAccount: web
                      address: %s
                      ports: [{name: http, port: 8080}]
                    """.formatted(
                            name,
                            pod.getMetadata().getNamespace(),
                            labels(pod),
                            pod.getStatus().getPodIP()));
        }
    }

    private static String labels(Pod pod) {
        return pod.getMetadata().getLabels().entrySet().stream()
                .map(label -> "\"" + label.getKey() + "\": \"" + label.getValue() + "\"")
                .collect(Collectors.joining(", "));
    }

    private void write(HasMetadata object, KubernetesSerialization yaml) throws IOException {
        String name = object.getKind() + "-" + object.getMetadata().getNamespace() + "-"
                + object.getMetadata().getName();
        Files.writeString(folder.resolve(name + ".yaml"), yaml.asYaml(object));
    }

    private static <K, V> SortedMap<K, V> ours(SortedMap<K, V> all) {
        SortedMap<K, V> ours = new TreeMap<>(all);
        ours.keySet()
                .removeIf(key -> SmallCluster.NAMESPACES.stream()
                        .noneMatch(namespace -> key.toString().startsWith(namespace + "/")));
        return ours;
    }

    private static List<Identity> ours(Iterable<Identity> all) {
        List<Identity> ours = new ArrayList<>();
        all.forEach(identity -> {
            if (SmallCluster.NAMESPACES.contains(identity.namespace())) {
                ours.add(identity);
            }
        });
        return ours;
    }

    private static ServiceEntry withoutAddresses(ServiceEntry service) {
        assertThat(service.clusterIps()).hasSize(1);
        return new ServiceEntry(service.key(), service.selector(), service.ports(), List.of());
    }

    /** A pod is told from its namesakes by a uid of its own; a Workload stands for the Deployment that these pods lack. */
    private static Replica nameless(Replica replica) {
        return new Replica(
                replica.key(),
                "",
                replica.workload(),
                List.of(),
                "",
                replica.ordinal(),
                replica.serviceAccount(),
                replica.labels(),
                replica.annotations(),
                replica.ports(),
                replica.ready(),
                replica.appAddress(),
                replica.sidecar(),
                replica.start());
    }
}
