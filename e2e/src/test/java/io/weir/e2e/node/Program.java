package io.weir.e2e.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that are run to their end, as a user would from a shell. */
final class Program {

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** What came of it; {@code output} is both streams. */
    record Outcome(int code, String output) {

        boolean ok() {
            return code == 0;
        }
    }

    private Program() {}

    static Outcome run(List<String> command, String input) {
        try {
            Path said = Files.createTempFile("weir-e2e-", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
                try (var stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                }
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new IllegalStateException(
                            command + " did not end within " + PATIENCE + ":\n" + Files.readString(said));
                }
                return new Outcome(process.exitValue(), Files.readString(said));
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
    }

    /** Its output, if it succeeded. */
    static String output(List<String> command, String input) {
        Outcome outcome = run(command, input);
        if (!outcome.ok()) {
            throw new IllegalStateException(
                    String.join(" ", command) + " failed (exit " + outcome.code() + "):\n" + outcome.output());
        }
        return outcome.output();
    }

    static List<String> words(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(program));
        words.addAll(List.of(arguments));
        return words;
    }

    /** Tests run in the folder of their module. */
    static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("helm/weir"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no helm/weir above " + Path.of("").toAbsolutePath());
    }
}
