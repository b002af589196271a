package io.weir.testing.kube;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of one server, below the module's target folder, for its owner only. */
record ServerFolder(Path path) {

    static ServerFolder create() {
        try {
            Path parent = Files.createDirectories(Path.of("target", "kube").toAbsolutePath());
            return new ServerFolder(Files.createTempDirectory(parent, "server-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Logs stay, for a look at what a failed test saw. */
    void deleteAllButLogs() {
        try (Stream<Path> walk = Files.walk(path)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                if (!file.equals(path) && !isLog(file)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isLog(Path file) {
        return path.equals(file.getParent()) && file.toString().endsWith(".log");
    }
}
