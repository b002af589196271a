package io.weir.cli.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** A file that others read while it changes. */
public final class AtomicFile {

    private AtomicFile() {}

    /**
     * Replaces a file's text in one step, keeping its permissions; a link stays a link. The new text stands under a
     * hidden name without a suffix until then, which nobody takes for a manifest.
     */
    public static void replace(Path file, String text) throws IOException {
        Path real = file.toRealPath();
        Path folder = Objects.requireNonNull(real.getParent());
        Path next = Files.createTempFile(folder, ".weir-", "");
        try {
            Files.writeString(next, text, StandardCharsets.UTF_8);
            Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(real));
            Files.move(next, real, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }
}
