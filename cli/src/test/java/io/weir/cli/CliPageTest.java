package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** docs/cli.md and README.md say what the command has and prints. */
class CliPageTest {

    private static final Path ROOT = Path.of("..");

    /** Every verb has these, and the page says so once. */
    private static final Set<String> EVERYWHERE = Set.of("-h", "--help", "-V", "--version");

    @TempDir
    private Path dir;

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/cli.md"));
    }

    /** Of each heading {@code ## weir VERB ...}, what stands below it. */
    private static Map<String, String> sections() throws IOException {
        return Pattern.compile(
                        "^## weir ([a-z -]+?)(?: [A-Z\\[].*?)?\\n(.*?)(?=^## |\\z)", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(page())
                .results()
                .collect(Collectors.toMap(
                        found -> found.group(1), found -> found.group(2), (one, other) -> one + other, TreeMap::new));
    }

    /** The verbs that do something, as they are typed. */
    private static Map<String, CommandSpec> verbs() {
        Map<String, CommandSpec> verbs = new TreeMap<>();
        Weir.commandLine(Console.system()).getSubcommands().forEach((name, verb) -> {
            Map<String, CommandLine> below = verb.getSubcommands();
            if (below.isEmpty()) {
                verbs.put(name, verb.getCommandSpec());
            }
            below.forEach((sub, line) -> verbs.put(name + " " + sub, line.getCommandSpec()));
        });
        return verbs;
    }

    private static Set<String> options(CommandSpec verb) {
        return verb.options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::names)
                .flatMap(Arrays::stream)
                .filter(name -> !EVERYWHERE.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> optionsIn(String section) {
        String prose = section.replaceAll("(?s)```.*?```", "");
        return Pattern.compile("`(--?[a-zA-Z][a-z-]*)")
                .matcher(prose)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_verb_has_a_section_that_names_its_options_and_no_others() throws IOException {
        Map<String, String> sections = sections();
        assertThat(sections.keySet()).isEqualTo(verbs().keySet());
        verbs().forEach((name, verb) -> assertThat(optionsIn(sections.get(name)))
                .as("options of weir %s", name)
                .isEqualTo(options(verb)));
    }

    @Test
    void the_exit_codes_are_those_of_help() throws IOException {
        assertThat(ExitCodes.explained().keySet())
                .allSatisfy(code -> assertThat(page()).containsPattern("(?m)^\\| " + code + " \\| "));
        assertThat(CommandLineRun.of("validate", "--help").out()).contains("Exit codes:");
    }

    @Test
    void the_readme_lists_every_verb() throws IOException {
        Set<String> listed = Pattern.compile("(?m)^\\| `weir ([^`]+)`")
                .matcher(Files.readString(ROOT.resolve("README.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(verbs().keySet())
                .allSatisfy(verb -> assertThat(listed).anyMatch(line -> (line + " ").startsWith(verb + " ")));
        assertThat(listed)
                .allSatisfy(line -> assertThat(verbs().keySet()).anyMatch(verb -> (line + " ").startsWith(verb + " ")));
    }

    @Test
    void what_the_page_shows_of_a_verb_that_needs_no_mesh_is_what_it_prints() throws IOException {
        for (MatchResult file : all("```yaml\\n# ([a-z.]+)\\n.*?```")) {
            String text = file.group().replaceFirst("```yaml\\n", "").replaceFirst("```$", "");
            Files.writeString(dir.resolve(file.group(1)), text);
        }
        List<String> shown = new ArrayList<>();
        for (MatchResult block : all("```console\\n(.*?)```")) {
            for (String part : block.group(1).split("(?m)^\\$ weir ")) {
                if (!part.isEmpty()) {
                    String[] lines = part.split("\\n", 2);
                    shown.add(lines[0]);
                    assertThat(printed(lines[0])).as(lines[0]).isEqualTo(lines[1]);
                }
            }
        }
        assertThat(shown).hasSizeGreaterThan(3);
    }

    private static List<MatchResult> all(String regex) throws IOException {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(page()).results().toList();
    }

    /** The page's commands are run in the checkout's root; a test has another folder. */
    private String printed(String line) {
        String[] args = Stream.of(line.split(" "))
                .map(word -> word.startsWith("examples/") ? ROOT + "/" + word : word)
                .map(word -> word.endsWith(".yaml") && !word.contains("/") ? dir + "/" + word : word)
                .toArray(String[]::new);
        return CommandLineRun.of(args)
                .out()
                .replace(ROOT + "/examples", "examples")
                .replace(dir + "/", "");
    }
}
