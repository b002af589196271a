package io.weir.controlplane.xds.traffic;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.controlplane.xds.translate.StaticBootstrap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An Envoy with a static bootstrap, ready once constructed. */
final class RunningEnvoy implements AutoCloseable {

    private final Process process;
    private final Path admin;
    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    RunningEnvoy(String version, Bootstrap bootstrap, Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "bootstrap", ".json");
        Files.writeString(file, StaticBootstrap.json(bootstrap));
        admin = Files.createTempFile(folder, "admin", ".txt");
        process = new ProcessBuilder(
                        Envoys.binary(version).toString(),
                        "-c",
                        file.toString(),
                        "--concurrency",
                        "1",
                        "--use-dynamic-base-id",
                        "--admin-address-path",
                        admin.toString(),
                        "-l",
                        "info")
                .redirectErrorStream(true)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        awaitStart(lines);
        Thread.ofVirtual().start(() -> lines.lines().forEach(log::add));
    }

    private void awaitStart(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            log.add(line);
            if (line.contains("starting main dispatch loop")) {
                return;
            }
        }
        throw new IOException("Envoy ended: " + String.join("\n", log));
    }

    /** Its statistics, as Prometheus reads them. */
    String stats() {
        try (InputStream in = URI.create("http://" + Files.readString(admin) + "/stats/prometheus")
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines that Envoy wrote so far. */
    String log() {
        return String.join("\n", log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
