package io.weir.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Where a mesh keeps its certificate authority, tokens and addresses between runs; absolute.
 *
 * <p>By default it follows from the real path of the folder of manifests, so that every verb that is given the folder
 * finds the same one.
 */
record StateFolder(Path path) {

    static StateFolder of(Path manifests, Map<String, String> environment) {
        Path real = real(manifests);
        Path name = real.getFileName();
        return new StateFolder(
                shared(environment).resolve((name == null ? "root" : name.toString()) + "-" + digest(real.toString())));
    }

    /** The folder above those of all meshes of this user. */
    static Path shared(Map<String, String> environment) {
        String data = environment.getOrDefault("XDG_DATA_HOME", "");
        Path base = data.startsWith("/")
                ? Path.of(data)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".local", "share");
        return base.resolve("weir");
    }

    /** A folder that does not exist yet has the path it will have. */
    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            return folder.toAbsolutePath().normalize();
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
