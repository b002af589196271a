package io.weir.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A running server. All that it costs is read from the system: its garbage collector and its compiler count. */
public final class ServerProcess implements AutoCloseable {

    private static final double TICKS_PER_SECOND = 100;
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

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed. */
    String printed() throws IOException {
        return Files.readString(log);
    }

    /** Of all its threads since it began. */
    public double cpuSeconds() throws IOException {
        return cpuSecondsOf(process.pid());
    }

    /** Of all threads of any process since it began. */
    public static double cpuSecondsOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field is the program's name in parentheses; utime and stime are the 14th and the 15th.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Resident memory now, in MB. */
    public double rssMb() throws IOException {
        return status("VmRSS");
    }

    /** The most resident memory so far, in MB. */
    public double peakRssMb() throws IOException {
        return status("VmHWM");
    }

    private double status(String field) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            String line = lines.filter(text -> text.startsWith(field + ":"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no " + field + " of " + process.pid()));
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
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
