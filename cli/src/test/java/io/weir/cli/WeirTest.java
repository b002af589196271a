package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Console;
import io.weir.cli.output.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class WeirTest {

    @TempDir
    private Path dir;

    @Test
    void every_verb_documents_the_exit_codes_and_itself() {
        List<CommandLine> verbs = new ArrayList<>();
        collect(Weir.commandLine(Console.system()), verbs);

        assertThat(verbs).hasSizeGreaterThan(5).allSatisfy(verb -> {
            assertThat(verb.getUsageMessage()).contains("Exit codes:").contains("3   findings at or above --fail-on");
            assertThat(verb.getCommandSpec().usageMessage().description()).isNotEmpty();
        });
    }

    private static void collect(CommandLine line, List<CommandLine> all) {
        all.add(line);
        line.getSubcommands().values().forEach(sub -> collect(sub, all));
    }

    @Test
    void wrong_usage_is_exit_2_and_says_what_to_run_next() {
        CommandLineRun unknown = CommandLineRun.of("frobnicate");
        CommandLineRun incomplete = CommandLineRun.of("envoy");

        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err())
                .startsWith("weir: there is no verb frobnicate\n")
                .contains("next: weir --help");
        assertThat(CommandLineRun.of("statsu").err()).contains("Did you mean").contains("weir status");
        assertThat(incomplete.exit()).isEqualTo(2);
        assertThat(incomplete.err()).isEqualTo("weir: say what to do: install\n  next: weir envoy --help\n");
    }

    @Test
    void help_is_a_word_too() {
        assertThat(CommandLineRun.of("help").out())
                .isEqualTo(CommandLineRun.of("--help").out());
        assertThat(CommandLineRun.of("help", "split", "set"))
                .isEqualTo(CommandLineRun.of("split", "set", "--help"))
                .extracting(CommandLineRun::exit)
                .isEqualTo(0);
    }

    @Test
    void choices_are_spelled_as_the_documentation_spells_them() {
        assertThat(CommandLineRun.of("version", "-o", "csv").err())
                .contains("expected one of table, json, yaml but was 'csv'");
        assertThat(CommandLineRun.of("version", "-o", "JSON").exit()).isZero();
        assertThat(CommandLineRun.of("completion", "bash").out())
                .contains("\"table\" \"json\" \"yaml\"")
                .contains("\"deny\" \"permissive\"")
                .contains("\"bash\" \"zsh\" \"fish\"");
    }

    @Test
    void version_prints_one_line_or_a_tree() {
        assertThat(CommandLineRun.of("version").out()).startsWith("weir ").hasLineCount(1);
        assertThat(Trees.object(CommandLineRun.of("version", "-o", "json").out()))
                .containsOnlyKeys("weir", "java", "envoyOldest", "envoyNewest");
    }

    @Test
    void completion_knows_the_verbs_in_every_shell() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            CommandLineRun run = CommandLineRun.of("completion", shell);
            assertThat(run.exit()).isZero();
            assertThat(run.out()).contains("status").contains("--state".substring(2));
        }
        assertThat(CommandLineRun.of("completion", "tcsh").exit()).isEqualTo(2);
    }

    @Test
    void completion_offers_files_where_files_are_named() throws Exception {
        Path script = Files.writeString(
                dir.resolve("completion"),
                CommandLineRun.of("completion", "bash").out());
        Files.createFile(dir.resolve("canary.yaml"));
        for (String verb : List.of("validate", "explain", "xds", "run", "status")) {
            String ask = "source " + script + "; compopt() { :; }; COMP_WORDS=(weir " + verb
                    + " can); COMP_CWORD=2; _complete_weir; echo \"${COMPREPLY[*]}\"";
            Process bash = new ProcessBuilder("bash", "-c", ask)
                    .directory(dir.toFile())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .as(verb)
                    .isEqualTo("canary.yaml\n");
        }
    }

    @Test
    void a_mesh_that_does_not_run_is_exit_1_and_says_how_to_start_it() {
        for (List<String> verb : List.of(List.of("status"), List.of("ca", "rotate"))) {
            List<String> args = new ArrayList<>(verb);
            args.add(dir.toString());
            CommandLineRun run =
                    CommandLineRun.with("", Map.of("XDG_DATA_HOME", dir.toString()), args.toArray(String[]::new));
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains("no mesh of " + dir + " is running").contains("weir run " + dir);
        }
    }

    @Test
    void a_folder_has_one_state_folder_by_whatever_path_it_is_named() throws IOException {
        Map<String, String> environment = Map.of("XDG_DATA_HOME", "/data");
        Path mesh = Files.createDirectory(dir.resolve("mesh"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), mesh);

        StateFolder state = StateFolder.of(mesh, environment);

        assertThat(state.path().toString()).matches("/data/weir/mesh-[0-9a-f]{12}");
        assertThat(StateFolder.of(link, environment)).isEqualTo(state);
        assertThat(StateFolder.of(mesh.resolve("../mesh"), environment)).isEqualTo(state);
        assertThat(StateFolder.of(dir, environment)).isNotEqualTo(state);
        assertThat(StateFolder.of(mesh, Map.of("HOME", "/home/me")).path().toString())
                .startsWith("/home/me/.local/share/weir/mesh-");
    }

    @Test
    void a_folder_that_can_not_be_used_is_told_with_the_reason_and_what_to_set() {
        Map<String, String> environment = Map.of("XDG_CACHE_HOME", "/proc/nowhere", "HOME", dir.toString());
        CommandLineRun run = CommandLineRun.with("", environment, "envoy", "install");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("weir: /proc/nowhere does not exist and can't be made\n"
                        + "  next: set XDG_CACHE_HOME to a folder that you may write to\n");
        assertThat(Failure.text(new AccessDeniedException("/srv/x"))).isEqualTo("/srv/x: permission denied");
        assertThat(Failure.text(new FileSystemException("/x", null, "No space left on device")))
                .isEqualTo("/x: No space left on device");
    }

    @Test
    void a_second_demo_does_not_replace_the_files_of_one_that_runs() throws IOException {
        Map<String, String> environment = Map.of(
                "XDG_DATA_HOME",
                dir.toString(),
                "WEIR_LAUNCHER",
                Path.of("../bin/weir").toAbsolutePath().toString());
        Path copy = Files.createDirectories(dir.resolve("demo/bookstore"));
        Path edited = Files.writeString(copy.resolve("traffic-split.yaml"), "edited");
        Path state = Files.createDirectories(StateFolder.of(copy, environment).path());
        try (FileChannel lock =
                FileChannel.open(state.resolve("run.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(lock.lock().isValid()).isTrue();
            CommandLineRun run = CommandLineRun.with(
                    "",
                    environment,
                    "demo",
                    "--once",
                    "--folder",
                    dir.resolve("demo").toString());

            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err())
                    .isEqualTo("weir: a demo of " + dir.resolve("demo") + " is running already\n"
                            + "  next: end it, or choose another folder with --folder\n");
        }
        assertThat(edited).hasContent("edited");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--metrics-backend prometheus|needs --prometheus-url",
                "--prometheus-url http://127.0.0.1:9090|need --metrics-backend prometheus",
                "--metrics-backend prometheus --prometheus-url 127.0.0.1:9090|begins with http:// or https://",
                "--metrics-backend prometheus --prometheus-url http:///prometheus|names no host",
                "--metrics-backend prometheus --prometheus-url http://127.0.0.1:9090/?x=1|ends with its path",
                "--metrics-backend prometheus --prometheus-url https://me:secret@127.0.0.1:9090|name a token file",
                "--prometheus-selector job=\"a\"|need --metrics-backend prometheus",
                "--prometheus-delay 1s|need --metrics-backend prometheus",
                "--metrics-backend prometheus --prometheus-url http://127.0.0.1 --prometheus-selector job|is no list of label matchers",
                "--metrics-backend prometheus --prometheus-url http://127.0.0.1 --prometheus-selector reporter=\"a\"|is no label of a target",
                "--metrics-backend prometheus --prometheus-url http://127.0.0.1 --prometheus-delay 11m|is at most 10m"
            })
    void a_prometheus_that_can_not_be_asked_is_wrong_usage(String options, String reason) {
        for (String verb : List.of("serve", "run")) {
            List<String> arguments = new ArrayList<>(List.of(verb, dir.toString(), "--state", dir + "/state"));
            arguments.addAll(List.of(options.split(" ", -1)));
            CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).contains(reason).doesNotContain("secret");
        }
    }

    @Test
    void options_that_can_not_be_right_are_wrong_usage() {
        assertThat(CommandLineRun.of("serve", dir.toString(), "--svid-ttl", "soon")
                        .exit())
                .isEqualTo(2);
        assertThat(CommandLineRun.of("serve", dir.toString(), "--svid-ttl", "1s")
                        .exit())
                .isEqualTo(2);
        assertThat(CommandLineRun.of("run", dir.toString(), "--trust-domain", "No/Domain")
                        .exit())
                .isEqualTo(2);
        assertThat(CommandLineRun.of("run", dir.toString(), "--mode", "sometimes")
                        .exit())
                .isEqualTo(2);
        assertThat(CommandLineRun.of("run", dir.resolve("absent").toString()).exit())
                .isEqualTo(1);
    }

    @Test
    void an_envoy_release_that_is_not_supported_is_wrong_usage() {
        CommandLineRun run = CommandLineRun.with("", Map.of("HOME", dir.toString()), "envoy", "install", "1.20.0");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Envoy 1.20.0 is not supported").contains("weir envoy install");
    }

    @Test
    void as_a_plugin_of_kubectl_it_says_how_it_is_called_and_completes() {
        Map<String, String> plugin = Map.of("WEIR_COMMAND", "kubectl weir");

        assertThat(CommandLineRun.with("", plugin, "split", "set", "--help").out())
                .startsWith("Usage: kubectl weir split set");
        assertThat(CommandLineRun.with("", plugin, "check", "--nonsense").err())
                .contains("next: kubectl weir check --help");
        assertThat(CommandLineRun.of("__complete", "che").out()).isEqualTo("check\n:0\n");
        assertThat(CommandLineRun.of("__complete", "crds", "").out()).isEqualTo("apply\nrewrite\n:0\n");
    }
}
