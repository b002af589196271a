package io.weir.controlplane.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.controlplane.SmiDefinitions;
import io.weir.controlplane.identity.podcert.TestKubelet;
import io.weir.controlplane.pods.ClusterPods.ClusterPod;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of a control plane, each a process, over a real API server, with real Envoys. Needs root. */
@Tag("envoy")
@Tag("kube")
class FailoverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Requests on a connection that stays and on new ones, until a file is there; then says how many failed. */
    private static final String LOAD = """
            import http.client, os, sys, time
            host, stop = sys.argv[1], sys.argv[2]
            kept = http.client.HTTPConnection(host, 80, timeout=5)
            done = failed = 0
            while not os.path.exists(stop):
                for connection in (kept, http.client.HTTPConnection(host, 80, timeout=5)):
                    try:
                        connection.request("GET", "/api")
                        answer = connection.getresponse()
                        answer.read()
                        ok = answer.status == 200
                        why = answer.status
                    except Exception as e:
                        ok, why = False, repr(e)
                    done += 1
                    if not ok:
                        failed += 1
                        print("failed:", why, flush=True)
                    if connection is not kept:
                        connection.close()
                time.sleep(0.005)
            print(f"{failed} of {done} failed", flush=True)
            """;

    @TempDir
    private Path folder;

    private ReplicaProcess one;
    private ReplicaProcess two;
    private InstalledAccount account;

    @Test
    void when_the_leader_is_killed_its_proxies_move_and_no_request_fails() throws Exception {
        try (KubeApiServer kube = KubeApiServer.launch()) {
            SmiDefinitions.install(kube.client());
            killTheLeader(kube);
        }
    }

    private void killTheLeader(KubeApiServer kube) throws Exception {
        account = InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml");
        try (ClusterPods pods =
                new ClusterPods(Envoys.VERSIONS.getLast(), kube, folder, address -> new Replicated(kube, address))) {
            ClusterPod store = pods.pod("store");
            ClusterPod buyer = pods.pod("buyer");
            String storeIp = pods.service(store);
            store.running().serve("http", 8080);
            for (ClusterPod pod : List.of(store, buyer)) {
                pods.inject(pod, pod.key(), XdsProof.token(kube.podToken(pod.object(), Sidecar.TOKEN_AUDIENCE)));
            }
            await().atMost(PATIENCE).until(() -> pods.isReady(store) && pods.isReady(buyer));
            Path stop = folder.resolve("stop");
            Path log = folder.resolve("load.log");
            buyer.running().start(List.of("python3", "-c", LOAD, storeIp, stop.toString()), log);

            SmiStatuses statuses = new SmiStatuses(kube, pods.namespace);
            statuses.begin();
            statuses.awaitTold(1);

            ReplicaProcess leader = leader(kube);
            ReplicaProcess other = leader == one ? two : one;
            leader.kill();

            await().atMost(PATIENCE).until(() -> leader(kube) == other);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(other.page("/metrics"))
                            .as("both proxies are here")
                            .contains("weir_xds_connections 2.0", "weir_leader 1.0"));
            String later = pods.service(buyer);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pods.admin(store, "config_dump?resource=dynamic_listeners"))
                            .as("a change reaches them")
                            .contains(later));
            statuses.change();
            statuses.awaitTold(2);
            Files.createFile(stop);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Files.readString(log)).contains(" failed\n"));
            assertThat(Files.readString(log)).matches("0 of [0-9]{3,} failed\n");
            rotateAndCertify(kube, pods, store, other);
            other.close();
            assertThat(account.requests()).as("forbidden").noneMatch(request -> request.code() == 403);
            assertThat(account.unused()).as("granted, and never needed").isEmpty();
        }
    }

    /** What a control plane does seldom: a new root, on the word of a person who may ask for it, and a pod certificate. */
    private static void rotateAndCertify(KubeApiServer kube, ClusterPods pods, ClusterPod pod, ReplicaProcess replica)
            throws Exception {
        String name = pods.namespace;
        kube.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .addNewRule()
                        .withNonResourceURLs("/weir/*")
                        .withVerbs("create")
                        .endRule()
                        .build())
                .create();
        kube.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                        .addNewSubject(null, "ServiceAccount", "default", name)
                        .build())
                .create();
        assertThat(replica.post("/v1/ca/rotate", kube.token(name, "default"))).contains("DISTRIBUTING");
        pods.kubelet.settled(pods.kubelet.send(pods.kubelet.request(pod.object(), TestKubelet.ecKey())));
    }

    private ReplicaProcess leader(KubeApiServer kube) {
        String holder = Objects.requireNonNullElse(
                kube.client()
                        .leases()
                        .inNamespace(account.namespace())
                        .withName("weir-control-plane")
                        .get()
                        .getSpec()
                        .getHolderIdentity(),
                "");
        return holder.equals(one.name()) ? one : two;
    }

    /** Both replicas behind one address, and what a pod's kubelet would know. */
    private final class Replicated implements ClusterPods.Served {

        private final Balancer balancer;
        private final KubernetesClient reader;
        private final KubernetesSource source;
        private final Path roots;

        Replicated(KubeApiServer kube, String address) throws IOException, InterruptedException {
            balancer = new Balancer(address, Sidecar.XDS_PORT);
            one = new ReplicaProcess(account, "one", folder);
            two = new ReplicaProcess(account, "two", folder);
            balancer.to(one.xdsPort());
            balancer.to(two.xdsPort());
            Config config = kube.admin().config();
            config.setHttp2Disable(true);
            reader = new KubernetesClientBuilder().withConfig(config).build();
            source = KubernetesSource.start(reader, KubernetesOptions.defaults());
            if (!source.awaitSynced(PATIENCE)) {
                throw new AssertionError(source.kinds().toString());
            }
            ConfigMap published = await().atMost(PATIENCE)
                    .until(
                            () -> reader.configMaps()
                                    .inNamespace(account.namespace())
                                    .withName(Sidecar.ROOTS_CONFIG_MAP)
                                    .get(),
                            Objects::nonNull);
            roots = Files.writeString(
                    folder.resolve("published.pem"), published.getData().get(Sidecar.ROOTS_KEY));
        }

        @Override
        public String serverName() {
            return "weir-xds.cluster.local";
        }

        @Override
        public Path roots() {
            return roots;
        }

        @Override
        public ClusterState state() {
            return source.current();
        }

        @Override
        public void close() throws IOException {
            source.close();
            reader.close();
            one.close();
            two.close();
            balancer.close();
        }
    }
}
