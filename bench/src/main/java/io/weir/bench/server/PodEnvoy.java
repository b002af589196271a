package io.weir.bench.server;

import io.weir.bench.client.Target;
import io.weir.controlplane.model.MeshSettings;
import io.weir.injector.bootstrap.Credential;
import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.injector.bootstrap.TelemetrySink;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.pods.Pod;
import io.weir.testing.pods.PodNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real Envoy as a pod's sidecar: with the bootstrap and the files that the injector gives it, as its own user. Its
 * listeners are at all addresses, so it has a network of its own, in which a {@link Relay} stands for the control plane.
 * Nothing is redirected to it, it has no app, and nobody takes what it counts.
 *
 * @param pod {@code namespace/name}
 * @param token its own
 */
record PodEnvoy(String pod, String account, String token) {

    @Override
    public String toString() {
        return "PodEnvoy[" + pod + "]";
    }

    /**
     * Starts it.
     *
     * @param roots a file of certificates by which it knows the control plane
     * @param folder for its files, made here
     */
    RealEnvoy start(Target controlPlane, Path roots, Path folder) throws IOException {
        Path credentials = Files.createDirectories(folder.resolve("credentials"));
        Files.writeString(credentials.resolve("token"), token);
        Files.writeString(credentials.resolve(EnvoyBootstrap.TOKEN_FILE), EnvoyBootstrap.tokenSource());
        Files.writeString(credentials.resolve(Sidecar.ROOTS_KEY), Files.readString(roots));
        Files.writeString(credentials.resolve(EnvoyBootstrap.ROOTS_FILE), EnvoyBootstrap.rootsSource());
        Path run = Files.createDirectories(folder.resolve("run"));
        PodNetwork network = PodNetwork.open();
        Relay relay = null;
        try {
            relay = Relay.start(
                    new InetSocketAddress(InetAddress.ofLiteral(network.host()), Sidecar.XDS_PORT),
                    controlPlane.address());
            Pod inside = network.pod(pod);
            inside.run(mounts(credentials, run));
            inside.start(
                    command(bootstrap(network.host(), controlPlane.name(), inside.ipv4())),
                    folder.resolve("envoy.out"));
            Relay started = relay;
            return new RealEnvoy(run.resolve("admin.sock"), () -> end(network, started));
        } catch (IOException | RuntimeException e) {
            end(network, relay);
            throw e;
        }
    }

    private static void end(PodNetwork network, @Nullable Relay relay) throws IOException {
        try (network) {
            if (relay != null) {
                relay.close();
            }
        }
    }

    /** Where a pod's sidecar has its files; and its admin API's socket where this program sees it too. */
    private static String mounts(Path credentials, Path run) throws IOException {
        return """
                set -e
                mount -t tmpfs tmpfs /run
                mkdir -p '%1$s' "$(dirname '%2$s')"
                mount --bind '%6$s' '%1$s'
                cp -r '%3$s' '%2$s'
                chown -R %4$d:%4$d '%1$s' '%2$s'
                touch /run/envoy
                mount --bind '%5$s' /run/envoy
                """.formatted(
                        EnvoyBootstrap.RUN_FOLDER,
                        Sidecar.CREDENTIALS_PATH,
                        credentials.toAbsolutePath(),
                        Sidecar.UID,
                        RealEnvoy.binary().path().toAbsolutePath(),
                        run.toAbsolutePath());
    }

    /** With the variables of the container put in, as the kubelet does. */
    private String bootstrap(String host, String serverName, String address) {
        String[] name = pod.split("/", 2);
        TelemetrySink nobody = new TelemetrySink(
                host,
                Sidecar.TELEMETRY_PORT,
                "weir-telemetry." + MeshSettings.defaults().trustDomain());
        return new EnvoyBootstrap(host, serverName, Credential.TOKEN, List.of(), null, nobody, null)
                .json()
                .replace("$(POD_IP)", address)
                .replace("$(POD_NAMESPACE)", name[0])
                .replace("$(POD_NAME)", name[1])
                .replace("$(SERVICE_ACCOUNT)", account)
                .replace("$$", "$");
    }

    private static List<String> command(String bootstrap) {
        return List.of(
                "setpriv",
                "--reuid=" + Sidecar.UID,
                "--regid=" + Sidecar.UID,
                "--clear-groups",
                "--bounding-set=-all",
                "--inh-caps=-all",
                "--no-new-privs",
                "/run/envoy",
                "--config-yaml",
                bootstrap,
                "--concurrency",
                "2",
                "--drain-time-s",
                "20",
                "--drain-strategy",
                "immediate",
                "--disable-hot-restart",
                "--log-level",
                "warning");
    }
}
