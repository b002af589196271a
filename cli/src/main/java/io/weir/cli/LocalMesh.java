package io.weir.cli;

import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import io.weir.controlplane.standalone.ProxyTokens;
import io.weir.controlplane.standalone.Supervisor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts a whole mesh on this machine. */
final class LocalMesh {

    /** One worker of Envoy serves more than one machine's apps ask for. */
    private static final int CONCURRENCY = 1;

    private LocalMesh() {}

    /**
     * Starts the control plane, and with it all that its manifests say.
     *
     * @param serve the arguments of {@code weir serve} that amount to {@code options}
     * @throws EnvoyUnavailable if there is no Envoy to run
     * @throws IOException if a folder can't be used; its message is for people
     */
    static Supervisor start(
            ControlPlaneOptions options, List<String> serve, Map<String, String> environment, Supervisor.Events events)
            throws IOException, EnvoyUnavailable, InterruptedException {
        EnvoyInstall.Binary envoy = new EnvoyInstall(environment, events::happened).locate();
        StateFolder state = StateFolder.open(options.state());
        return Supervisor.start(
                new Supervisor.Options(
                        options.state(),
                        options.folder(),
                        command(serve, environment),
                        envoy,
                        roots(options),
                        CONCURRENCY,
                        environment),
                ProxyTokens.signedBy(state, new TrustDomain(options.settings().trustDomain())),
                events);
    }

    /** The file with which proxies check the xDS server. */
    static Path roots(ControlPlaneOptions options) {
        return ControlPlane.trustFolder(options).resolve("roots.pem");
    }

    /** By the launcher that started us, for its JVM flags; else by this JVM's own executable and class path. */
    private static List<String> command(List<String> serve, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        String launcher = environment.getOrDefault("WEIR_LAUNCHER", "");
        if (launcher.isEmpty()) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        } else {
            command.add(launcher);
        }
        command.add("serve");
        command.addAll(serve);
        command.addAll(List.of("--apps", ControlPlaneOptions.Apps.SUPERVISED.name()));
        return command;
    }
}
