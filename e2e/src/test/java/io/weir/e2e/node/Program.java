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

    /**
     * What came of it.
     *
     * @param out standard output, which is what programs read
     * @param err standard error, where kubectl writes of its own troubles as well
     */
    record Outcome(int code, String out, String err) {

        /** Both, for people. */
        String output() {
            return out + err;
        }

        boolean ok() {
            return code == 0;
        }
    }

    private Program() {}

    static Outcome run(List<String> command, String input) {
        try {
            Path out = Files.createTempFile("weir-e2e-", ".out");
            Path err = Files.createTempFile("weir-e2e-", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                try (var stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                }
                boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (!ended) {
                    process.destroyForcibly().waitFor();
                }
                Outcome outcome = new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
                if (!ended) {
                    throw new IllegalStateException(
                            command + " did not end within " + PATIENCE + ":\n" + outcome.output());
                }
                return outcome;
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", e);
        }
    }

    /** Its standard output, if it succeeded. */
    static String output(List<String> command, String input) {
        Outcome outcome = run(command, input);
        if (!outcome.ok()) {
            throw new IllegalStateException(
                    String.join(" ", command) + " failed (exit " + outcome.code() + "):\n" + outcome.output());
        }
        return outcome.out();
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
