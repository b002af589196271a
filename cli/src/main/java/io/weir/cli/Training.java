package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import io.weir.telemetry.Aggregator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The run that the ahead-of-time cache is made from: the verbs that end at once, and the start of a control plane, in one
 * process. What it prints goes nowhere; what it loads starts faster afterwards.
 */
public final class Training {

    private Training() {}

    /** @param args a folder of manifests; an account, a service and a workload in them; an empty folder */
    public static void main(String[] args) throws IOException {
        String folder = args[0];
        List<List<String>> lines = List.of(
                List.of("version"),
                List.of("--help"),
                List.of("explain", "--help"),
                List.of("validate", folder),
                List.of("validate", folder, "-o", "json"),
                List.of("explain", folder, "--from", args[1], "--to", args[2]),
                List.of("explain", folder, "--from", args[1], "--to", args[2], "-o", "json"),
                List.of("xds", folder, "--proxy", args[3]),
                List.of("completion", "bash"));
        Console console =
                new Console(InputStream.nullInputStream(), nowhere(), nowhere(), Style.of(System.getenv()), Map.of());
        for (List<String> line : lines) {
            int code = Weir.run(console, line.toArray(String[]::new));
            if (code != ExitCodes.OK) {
                throw new IllegalStateException(line + " ended with " + code);
            }
        }
        serve(Path.of(folder), Path.of(args[4]));
    }

    private static void serve(Path manifests, Path empty) throws IOException {
        MeshSettings settings = MeshSettings.defaults();
        ControlPlane controlPlane = ControlPlane.start(
                new ControlPlaneOptions(
                        manifests,
                        empty.resolve("state"),
                        empty.resolve("shared"),
                        settings,
                        CertificateSettings.defaults(),
                        ControlPlaneOptions.Apps.RUNNING),
                Aggregator.of(settings));
        controlPlane.close();
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
