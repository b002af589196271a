package io.weir.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process of this machine, whoever started it. Reading fails when it has ended. */
public record LocalProcess(long pid) implements Cost {

    private static final double TICKS_PER_SECOND = 100;

    /** This program. */
    public static LocalProcess own() {
        return new LocalProcess(ProcessHandle.current().pid());
    }

    @Override
    public double cpuSeconds() throws IOException {
        String stat = Files.readString(file("stat"));
        // The second field is the program's name in parentheses; utime and stime are the 14th and the 15th.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    @Override
    public double rssMb() throws IOException {
        return status("VmRSS");
    }

    /** The most resident memory so far, in MB. */
    double peakRssMb() throws IOException {
        return status("VmHWM");
    }

    private double status(String field) throws IOException {
        try (Stream<String> lines = Files.lines(file("status"))) {
            String line = lines.filter(text -> text.startsWith(field + ":"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no " + field + " of " + pid));
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        }
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
