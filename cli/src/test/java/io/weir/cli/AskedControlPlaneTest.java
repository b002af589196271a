package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.ClusterControlPlane;
import io.weir.controlplane.ClusterOptions;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Verbs that ask a control plane that really runs, with the rights that it is installed with. No sidecar is connected. */
@KubeTest
class AskedControlPlaneTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void what_a_control_plane_says_is_understood_and_holds(KubeApiServer kube) throws Exception {
        ClusterShop shop = new ClusterShop(kube);
        String admin = shop.everywhere("cluster-admin");
        kube.client()
                .namespaces()
                .withName(shop.namespace)
                .edit(namespace -> namespace
                        .edit()
                        .editMetadata()
                        .addToAnnotations("weir.io/trace-sampling", "5")
                        .endMetadata()
                        .build());
        InstalledAccount account = InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml");
        try (KubernetesClient client = account.client();
                ClusterControlPlane controlPlane = ClusterControlPlane.start(client, options(account.namespace()))) {
            String address = "127.0.0.1:" + controlPlane.localPort();
            String[] cluster = {"--kubeconfig", admin, "-n", shop.namespace, "--control-plane", address};

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                CommandLineRun status = CommandLineRun.of(with(cluster, "status"));
                assertThat(status.exit()).as(status.err()).isZero();
                assertThat(status.out())
                        .startsWith("trust domain mesh.example, mode deny, 1 replica of the control plane\n")
                        .containsPattern(shop.namespace + "/client +" + shop.namespace + "/client +not connected ")
                        .doesNotContain("/plain");
            });
            assertThat(CommandLineRun.of(with(cluster, "status", "pod/client")).out())
                    .contains("/client")
                    .doesNotContain("/web-v1");

            CommandLineRun explained =
                    CommandLineRun.of(with(cluster, "explain", "pod/client", "svc/web-v2", "--path", "/books"));
            assertThat(explained.out())
                    .contains("denied  403", "mode    deny", "cause   no_target: ", "cause   not_connected: ");
            CommandLineRun validated = CommandLineRun.of(with(cluster, "validate"));
            assertThat(validated.err()).doesNotContain("could not be asked");
            assertThat(validated.out())
                    .contains("[WEIR225] (Namespace " + shop.namespace + ")", "names no collector that takes traces");
            CommandLineRun unasked = CommandLineRun.of(
                    "validate", "--kubeconfig", admin, "-n", shop.namespace, "--control-plane", "127.0.0.1:1");
            assertThat(unasked.err()).contains("could not be asked");
            assertThat(unasked.out()).doesNotContain("WEIR225");
            assertThat(CommandLineRun.of(with(cluster, "xds", "pod/client")).out())
                    .contains("spiffe://mesh.example/");
        } finally {
            shop.close();
        }
    }

    private static ClusterOptions options(String namespace) {
        return new ClusterOptions(
                namespace,
                "one",
                ANY,
                ANY,
                ANY,
                new MeshSettings("mesh.example", "cluster.local", Mode.DENY),
                CertificateSettings.defaults(),
                KubernetesOptions.defaults(),
                null,
                ClusterOptions.PodCertificates.NEVER,
                Duration.ofMillis(1));
    }

    private static String[] with(String[] cluster, String... words) {
        String[] all = new String[words.length + cluster.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(cluster, 0, all, words.length, cluster.length);
        return all;
    }
}
