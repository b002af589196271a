package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The run that the ahead-of-time cache is made from: the verbs that end at once, in one process. What it prints goes
 * nowhere; what it loads starts faster afterwards.
 */
public final class Training {

    private Training() {}

    /** @param args a folder of manifests; then an account, a service and a workload that are in them */
    public static void main(String[] args) {
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
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
