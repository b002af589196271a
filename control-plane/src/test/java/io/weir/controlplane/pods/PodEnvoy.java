package io.weir.controlplane.pods;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.injector.bootstrap.TelemetrySink;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.pods.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts an Envoy into a pod, as its own user and with the files and the bootstrap that the injector gives it.
 *
 * @param telemetry where it would push what it counts; null: it counts nothing
 */
record PodEnvoy(
        Path binary,
        Path folder,
        String serverName,
        Path roots,
        String xdsHost,
        @Nullable TelemetrySink telemetry) {

    /** One that counts nothing. */
    PodEnvoy(Path binary, Path folder, String serverName, Path roots, String xdsHost) {
        this(binary, folder, serverName, roots, xdsHost, null);
    }

    /** @param claimed whose name its node id says */
    void start(Pod pod, WorkloadKey claimed, String account, XdsProof proof) throws IOException {
        Path files = Files.createDirectory(folder.resolve(pod.name().replace('/', '.')));
        for (Map.Entry<String, String> file : proof.files().entrySet()) {
            Files.writeString(files.resolve(file.getKey()), file.getValue());
        }
        Files.copy(roots, files.resolve(Sidecar.ROOTS_KEY));
        Files.writeString(files.resolve(EnvoyBootstrap.ROOTS_FILE), EnvoyBootstrap.rootsSource());
        pod.run("""
                set -e
                mount -t tmpfs tmpfs /run
                mkdir -p '%1$s' "$(dirname '%2$s')"
                cp -r '%3$s' '%2$s'
                chown -R %4$d:%4$d '%1$s' '%2$s'
                touch /run/envoy
                mount --bind '%5$s' /run/envoy
                """.formatted(EnvoyBootstrap.RUN_FOLDER, Sidecar.CREDENTIALS_PATH, files, Sidecar.UID, binary));
        pod.start(
                List.of(
                        "setpriv",
                        "--reuid=" + Sidecar.UID,
                        "--regid=" + Sidecar.UID,
                        "--clear-groups",
                        "--bounding-set=-all",
                        "--inh-caps=-all",
                        "--no-new-privs",
                        "/run/envoy",
                        "--config-yaml",
                        bootstrap(pod, claimed, account, proof),
                        "--concurrency",
                        "2",
                        "--drain-time-s",
                        "20",
                        "--drain-strategy",
                        "immediate",
                        "--disable-hot-restart",
                        "--log-level",
                        "warning"),
                log(pod));
    }

    Path log(Pod pod) {
        return folder.resolve(pod.name().replace('/', '.') + ".log");
    }

    /** Whether it has all that it needs to serve. */
    boolean isReady(Pod pod) throws IOException {
        return admin(pod, "ready").startsWith("LIVE");
    }

    String admin(Pod pod, String path) throws IOException {
        String socket = EnvoyBootstrap.RUN_FOLDER + "/admin.sock";
        List<String> curl = List.of("curl", "-s", "--unix-socket", socket, "http://envoy/" + path);
        return pod.ask("run", Map.of("argv", curl)).get("output").asString();
    }

    /** With the variables of the container put in, as the kubelet does. */
    private String bootstrap(Pod pod, WorkloadKey claimed, String account, XdsProof proof) {
        return new EnvoyBootstrap(xdsHost, serverName, proof.credential(), List.of(), null, telemetry, null)
                .json()
                .replace("$(POD_IP)", pod.ipv4())
                .replace("$(POD_NAMESPACE)", claimed.namespace())
                .replace("$(POD_NAME)", claimed.name())
                .replace("$(SERVICE_ACCOUNT)", account)
                .replace("$$", "$");
    }
}
