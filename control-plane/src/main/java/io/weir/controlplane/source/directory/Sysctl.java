package io.weir.controlplane.source.directory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the kernel, as files under {@code /proc/sys} tell them. */
public final class Sysctl {

    private static final int LONGEST = 4096;

    private Sysctl() {}

    /**
     * The setting as text.
     *
     * <p>All of it by one call: the kernel answers a second one with the end of the file, and
     * {@link Files#readString} asks for the first byte alone.
     *
     * @param name as {@code net/ipv4/ip_local_port_range}
     * @throws IOException if this kernel has no such setting
     */
    public static String read(String name) throws IOException {
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys", name))) {
            byte[] text = new byte[LONGEST];
            int length = file.read(text);
            return new String(text, 0, Math.max(length, 0), StandardCharsets.US_ASCII).strip();
        }
    }
}
