package io.weir.controlplane.standalone;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a program to its end and keeps what it printed. */
final class Command {

    private static final Logger log = LoggerFactory.getLogger(Command.class);

    private Command() {}

    /**
     * @param exit the exit status; -1: ended by us when its time was up
     * @param output stdout and stderr together
     */
    record Result(int exit, String output) {

        boolean ok() {
            return exit == 0;
        }

        /** The last line that matches, else the last line that is not blank, else empty. */
        String lastLine(String containing) {
            List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
            return lines.stream()
                    .filter(line -> line.contains(containing))
                    .reduce((first, second) -> second)
                    .orElse(lines.isEmpty() ? "" : lines.getLast())
                    .strip();
        }
    }

    /**
     * @param environment the whole environment of the program
     * @throws IOException if it can't be started
     */
    static Result run(List<String> command, Map<String, String> environment, Duration limit) throws IOException {
        // A file, not a pipe: a grandchild that keeps a pipe open would keep us reading after the program's end.
        Path output = Files.createTempFile("weir", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            int exit = toItsEnd(builder, limit);
            return new Result(exit, new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static int toItsEnd(ProcessBuilder builder, Duration limit) throws IOException {
        // Whoever ends this JVM while pip runs must not leave it running.
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread end = Thread.ofPlatform()
                .name("end of " + builder.command().getFirst())
                .unstarted(() -> started.thenAccept(Command::end)
                        .exceptionally(_ -> null)
                        .join());
        Runtime.getRuntime().addShutdownHook(end);
        try {
            Process process = builder.start();
            started.complete(process);
            return await(process, limit);
        } catch (IOException e) {
            started.completeExceptionally(e);
            throw e;
        } finally {
            forget(end);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            log.debug("the JVM ends, and the program with it", ending);
        }
    }

    private static int await(Process process, Duration limit) throws IOException {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            end(process);
            return -1;
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** The executable that a shell with this PATH would run; null: none. */
    static @Nullable Path onPath(String name, Map<String, String> environment) {
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            // An empty entry means the working directory; whoever wrote it rarely meant that, so it is not searched.
            Path candidate = Path.of(folder.isEmpty() ? "/" : folder, name);
            if (!folder.isEmpty() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return candidate.toAbsolutePath();
            }
        }
        return null;
    }
}
