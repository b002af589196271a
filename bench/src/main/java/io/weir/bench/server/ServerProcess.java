package io.weir.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that this program runs. */
public final class ServerProcess implements Cost, AutoCloseable {

    private static final long GOODBYE_SECONDS = 10;
    private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+\\.\\d+)ms$");

    private final Process process;
    private final Path log;
    private final Path pauses;

    private ServerProcess(Process process, Path log, Path pauses) {
        this.process = process;
        this.log = log;
        this.pauses = pauses;
    }

    /**
     * Starts it.
     *
     * @param home where its output goes
     */
    static ServerProcess start(List<String> command, Map<String, String> environment, Path home) throws IOException {
        Path log = home.resolve("server.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start(), log, pausesIn(home));
    }

    /** Where the JVM has to write its log of collections. */
    static Path pausesIn(Path home) {
        return home.resolve("gc.log");
    }

    public long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed. */
    String printed() throws IOException {
        return Files.readString(log);
    }

    @Override
    public double cpuSeconds() throws IOException {
        return local().cpuSeconds();
    }

    @Override
    public double rssMb() throws IOException {
        return local().rssMb();
    }

    /** The most resident memory so far, in MB. */
    public double peakRssMb() throws IOException {
        return local().peakRssMb();
    }

    private LocalProcess local() {
        return new LocalProcess(process.pid());
    }

    /** For how long collections have stopped it at most, so far. */
    public double longestPauseMillis() throws IOException {
        double longest = 0;
        for (String line : Files.readAllLines(pauses)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                longest = Math.max(longest, Double.parseDouble(pause.group(1)));
            }
        }
        return longest;
    }

    /** Ends it as a crash does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(GOODBYE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
