package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Real Envoys of the oldest and the newest supported release. */
public final class Envoys {

    public static final List<String> VERSIONS = List.of(EnvoyInstall.OLDEST_VERSION, EnvoyInstall.DEFAULT_VERSION);

    private Envoys() {}

    /** What this release reports where it is asked to. */
    public static Telemetry telemetry(String version) {
        return Integer.parseInt(version.split("\\.")[1]) < 39 ? Telemetry.DENIALS : Telemetry.EDGES;
    }

    public static Path binary(String version) throws IOException {
        try {
            return EnvoyInstall.system(_ -> {}).ensure(version);
        } catch (EnvoyUnavailable e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What {@code envoy --mode validate} has to complain about; empty: nothing. */
    public static String complaint(String version, Bootstrap bootstrap, Path folder)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile(folder, "bootstrap", ".json");
        Files.writeString(file, StaticBootstrap.json(bootstrap));
        Path log = Files.createTempFile(folder, "validate", ".log");
        Process envoy = new ProcessBuilder(
                        binary(version).toString(), "--mode", "validate", "-l", "error", "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return envoy.waitFor() == 0 ? "" : Files.readString(log, StandardCharsets.UTF_8);
    }
}
