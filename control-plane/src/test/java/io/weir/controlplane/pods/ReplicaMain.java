package io.weir.controlplane.pods;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.controlplane.ClusterControlPlane;
import io.weir.controlplane.ClusterOptions;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A replica as a process, for tests that kill it. */
final class ReplicaMain {

    private ReplicaMain() {}

    /** The kubeconfig, Weir's namespace, the replica's name. Prints its two ports, and ends with its input. */
    public static void main(String... args) throws Exception {
        Config config = Config.fromKubeconfig(new File(args[0]));
        config.setHttp2Disable(true);
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (KubernetesClient client =
                        new KubernetesClientBuilder().withConfig(config).build();
                ClusterControlPlane replica = ClusterControlPlane.start(
                        client,
                        new ClusterOptions(
                                args[1],
                                args[2],
                                anyPort,
                                anyPort,
                                anyPort,
                                new MeshSettings("cluster.local", "cluster.local", Mode.PERMISSIVE),
                                CertificateSettings.defaults(),
                                KubernetesOptions.defaults(),
                                null,
                                ClusterOptions.PodCertificates.IF_SERVED,
                                Duration.ofSeconds(1)))) {
            System.out.println(replica.xdsPort() + " " + replica.adminPort());
            System.in.readAllBytes();
            replica.drain();
        }
    }
}
