package io.weir.bench.server;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.weir.bench.mesh.ClusterMesh;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a control plane has in a cluster: an account with the rights that the chart gives, a namespace, and ports that it
 * comes back to.
 */
record ClusterHome(ClusterMesh mesh, Path home, String namespace, Path kubeconfig, int xdsPort, int adminPort) {

    /** By the home of the control plane, so that one that starts again finds its own. */
    private static final Map<Path, ClusterHome> KNOWN = new ConcurrentHashMap<>();

    static ClusterHome of(ClusterMesh mesh, Path home) throws IOException {
        ClusterHome known = KNOWN.get(home);
        if (known != null) {
            return known;
        }
        InstalledAccount account = InstalledAccount.in(mesh.kube(), "/kubernetes/control-plane-rbac.yaml");
        ClusterHome made =
                new ClusterHome(mesh, home, account.namespace(), account.kubeconfig(), freePort(), freePort());
        KNOWN.put(home, made);
        return made;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Where the roots are by which pods know the control plane, once it has published them. */
    Path awaitRoots(ServerProcess process) throws IOException, InterruptedException {
        Path file = home.resolve("roots.pem");
        Readiness.await(process, () -> {
            ConfigMap map = mesh.kube()
                    .client()
                    .configMaps()
                    .inNamespace(namespace)
                    .withName(Sidecar.ROOTS_CONFIG_MAP)
                    .get();
            Map<String, String> data = map == null ? new HashMap<>() : map.getData();
            if (!data.containsKey(Sidecar.ROOTS_KEY)) {
                return false;
            }
            Files.writeString(file, data.get(Sidecar.ROOTS_KEY));
            return true;
        });
        return file;
    }
}
