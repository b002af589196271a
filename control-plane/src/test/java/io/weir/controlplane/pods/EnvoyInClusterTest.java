package io.weir.controlplane.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.certificates.v1.PodCertificateRequest;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.podcert.TestKubelet;
import io.weir.controlplane.pods.ClusterPods.ClusterPod;
import io.weir.controlplane.xds.cache.AdsCounters.Denial;
import io.weir.controlplane.xds.server.ProxyStatus;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Real Envoys prove to a control plane over a real API server who they are. Needs root. */
@KubeTest
@Tag("envoy")
class EnvoyInClusterTest {

    static final List<String> VERSIONS = Envoys.VERSIONS;

    @TempDir
    private Path folder;

    private ApiServerControlPlane controlPlane;

    private ClusterPods pods(String version, KubeApiServer kube) throws Exception {
        return new ClusterPods(
                version, kube, folder, address -> controlPlane = new ApiServerControlPlane(kube, address, folder));
    }

    private static String token(KubeApiServer kube, ClusterPod pod) {
        return kube.podToken(pod.object(), Sidecar.TOKEN_AUDIENCE);
    }

    /** What the kubelet mounts: the key that it made, and the chain that it was given for it. */
    private static String bundle(ClusterPods pods, ClusterPod pod) {
        KeyPair keys = TestKubelet.ecKey();
        PodCertificateRequest request =
                pods.kubelet.settled(pods.kubelet.send(pods.kubelet.request(pod.object(), keys)));
        assertThat(request.getStatus().getConditions())
                .singleElement()
                .matches(condition -> condition.getType().equals("Issued"));
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n" + request.getStatus().getCertificateChain();
    }

    private static ProxyIdentity identity(ClusterPod pod) {
        return new ProxyIdentity(
                pod.key().namespace(),
                "default",
                pod.key().name(),
                pod.object().getMetadata().getUid());
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void one_envoy_proves_itself_by_token_and_one_by_certificate_and_both_serve(String version, KubeApiServer kube)
            throws Exception {
        try (ClusterPods pods = pods(version, kube)) {
            ClusterPod store = pods.pod("store");
            ClusterPod buyer = pods.pod("buyer");
            String storeIp = pods.service(store);
            String buyerIp = pods.service(buyer);
            store.running().serve("http", 8080);
            buyer.running().serve("http", 8080);

            pods.inject(store, store.key(), XdsProof.certificate(bundle(pods, store)));
            pods.inject(buyer, buyer.key(), XdsProof.token(token(kube, buyer)));

            await().atMost(ClusterPods.PATIENCE).until(() -> pods.isReady(store) && pods.isReady(buyer));
            assertThat(controlPlane.registry.statuses())
                    .extracting(ProxyStatus::identity)
                    .containsExactlyInAnyOrder(identity(store), identity(buyer));
            assertThat(buyer.running().get(storeIp, 80, "/api").body())
                    .startsWith(store.key() + ": GET /api from")
                    .contains(Sidecar.TO_APP_ADDRESS);
            assertThat(store.running().get(buyerIp, 80, "/api").body())
                    .startsWith(buyer.key() + ": GET /api from")
                    .contains(Sidecar.TO_APP_ADDRESS);
            for (ClusterPod pod : List.of(store, buyer)) {
                assertThat(pods.admin(pod, "stats?filter=ssl.handshake&usedonly"))
                        .as("it called, and was called, by mTLS")
                        .containsPattern("listener.*ssl.handshake: [1-9]")
                        .containsPattern("cluster.*ssl.handshake: [1-9]");
            }
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void an_envoy_that_shows_what_is_another_pods_is_served_nothing(String version, KubeApiServer kube)
            throws Exception {
        try (ClusterPods pods = pods(version, kube)) {
            ClusterPod victim = pods.pod("victim");
            ClusterPod thief = pods.pod("thief");
            ClusterPod forger = pods.pod("forger");
            pods.service(victim);

            // A token that was stolen, under the thief's own name; the victim's name, with the forger's own
            // certificate.
            pods.inject(thief, thief.key(), XdsProof.token(token(kube, victim)));
            pods.inject(forger, victim.key(), XdsProof.certificate(bundle(pods, forger)));

            await().atMost(ClusterPods.PATIENCE)
                    .until(() -> controlPlane.counters.denials(Denial.NODE_ID) >= 4
                            && attempts(pods, thief) >= 2
                            && attempts(pods, forger) >= 2);
            for (ClusterPod pod : List.of(thief, forger)) {
                assertThat(pods.isReady(pod)).isFalse();
                assertThat(pods.admin(pod, "config_dump?resource=dynamic_listeners"))
                        .doesNotContain("\"name\"");
            }

            pods.inject(victim, victim.key(), XdsProof.token(token(kube, victim)));
            await().atMost(ClusterPods.PATIENCE).until(() -> pods.isReady(victim));
            assertThat(pods.admin(victim, "config_dump?resource=dynamic_listeners"))
                    .contains("\"name\"");
        }
    }

    private static long attempts(ClusterPods pods, ClusterPod pod) {
        return pods.admin(pod, "stats?filter=cluster_manager.cds.update_attempt")
                .lines()
                .filter(line -> line.startsWith("cluster_manager.cds.update_attempt: "))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }
}
