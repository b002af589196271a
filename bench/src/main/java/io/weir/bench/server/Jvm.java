package io.weir.bench.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How the servers' JVMs are started. */
final class Jvm {

    /**
     * Collector and heap as bin/weir's, with a young generation twice as large. The compilers are the JVM's own, and there is no cache of classes, which is
     * made for one program.
     */
    static final String FLAGS =
            "-XX:MaxRAMPercentage=50 -XX:MaxNewSize=64m -XX:+ExitOnOutOfMemoryError -Xlog:disable -Xlog:all=error:stderr"
                    + " -XX:+UseSerialGC -XX:+UseCompactObjectHeaders --sun-misc-unsafe-memory-access=allow"
                    + " --enable-native-access=ALL-UNNAMED";

    /** What bin/weir sets for one. */
    static final Map<String, String> ENVIRONMENT = Map.of("MALLOC_ARENA_MAX", "2", "MALLOC_MMAP_THRESHOLD_", "131072");

    private Jvm() {}

    /** Runs a class of this program's own class path. */
    static List<String> command(Path home, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList(FLAGS.split(" ")));
        command.add(logOfPauses(home));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    static String logOfPauses(Path home) {
        return "-Xlog:gc:file=" + ServerProcess.pausesIn(home);
    }
}
