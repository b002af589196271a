package io.weir.testing.kube;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A process that ends when this JVM does, even if that is killed: see daemon.sh. */
public final class Daemon {

    private static final Duration UNTIL_ENDED = Duration.ofSeconds(70);
    private static final int LAST_LINES = 15;
    private static final String SCRIPT = script();

    private final String name;
    private final Process process;
    private final Path log;

    private Daemon(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * @param program absolute; its file name names the log
     * @param folder its working directory, where its log is appended to
     */
    public static Daemon start(Path program, List<String> arguments, Path folder) {
        String name = Objects.requireNonNull(program.getFileName()).toString();
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of("sh", "-c", SCRIPT, "daemon", program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Proxies and ETCD_* of the developer's shell are none of its business.
        builder.environment().keySet().retainAll(List.of("PATH"));
        try {
            return new Daemon(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Asks it to end, and waits until it has. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Throws if it has ended, and says what it said last. */
    public void expectRunning() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    name + " ended with status " + process.exitValue() + ", see " + log + ":\n" + lastWords());
        }
    }

    private void awaitEnd() {
        boolean ended;
        try {
            ended = process.waitFor(UNTIL_ENDED.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " ended", e);
        }
        if (!ended) {
            throw new IllegalStateException(name + " did not end within " + UNTIL_ENDED + ", see " + log);
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(Daemon.class.getResourceAsStream("daemon.sh"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("daemon.sh is part of this jar", e);
        }
    }
}
