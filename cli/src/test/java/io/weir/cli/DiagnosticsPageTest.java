package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** docs/diagnostics.md says of each code what {@code weir validate} prints for an example of it. */
class DiagnosticsPageTest {

    private static final Path ROOT = Path.of("..");

    /**
     * Bytes that are no text, a folder that vanishes, what only objects that came past validation can cause, pods, and what a mesh
     * runs with.
     */
    private static final Set<String> NOT_FROM_A_FILE = Set.of(
            "WEIR001", "WEIR012", "WEIR117", "WEIR211", "WEIR212", "WEIR214", "WEIR220", "WEIR221", "WEIR222",
            "WEIR225");

    @TempDir
    private Path dir;

    private static Map<String, String> sections(String text, String heading) {
        return Pattern.compile("^" + heading + " (WEIR\\d{3})\\n(.*?)(?=^" + heading.charAt(0) + "|\\z)", flags())
                .matcher(text)
                .results()
                .collect(Collectors.toMap(
                        found -> found.group(1), found -> found.group(2), (one, other) -> one + other, TreeMap::new));
    }

    private static int flags() {
        return Pattern.MULTILINE | Pattern.DOTALL;
    }

    private static Map<String, String> page() throws IOException {
        return sections(Files.readString(ROOT.resolve("docs/diagnostics.md")), "###");
    }

    private static Map<String, String> manifests() throws IOException {
        return sections(Files.readString(Path.of("src/test/resources/findings.txt")), "==");
    }

    private static Stream<String> codesOf(Path source) {
        try {
            return Pattern.compile("\"(WEIR\\d{3})\"")
                    .matcher(Files.readString(source))
                    .results()
                    .map(MatchResult::group)
                    .map(code -> code.replace("\"", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> codesOfSources() throws IOException {
        TreeSet<String> codes = new TreeSet<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path main : modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(main)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .flatMap(DiagnosticsPageTest::codesOf)
                            .forEach(codes::add);
                }
            }
        }
        return codes;
    }

    @Test
    void every_code_is_listed_and_every_listed_code_exists() throws IOException {
        assertThat(codesOfSources()).hasSizeGreaterThan(50).isEqualTo(page().keySet());
    }

    @Test
    void every_code_has_an_example_or_cannot_come_from_a_file() throws IOException {
        TreeSet<String> all = new TreeSet<>(manifests().keySet());
        assertThat(all).doesNotContainAnyElementsOf(NOT_FROM_A_FILE);
        all.addAll(NOT_FROM_A_FILE);
        assertThat(all).isEqualTo(page().keySet());
    }

    @Test
    void each_example_line_is_what_validate_prints() throws IOException {
        Map<String, String> page = page();
        for (Map.Entry<String, String> example : manifests().entrySet()) {
            Path file = Files.writeString(dir.resolve("mesh.yaml"), example.getValue());
            String printed =
                    CommandLineRun.of("validate", file.toString()).out().replace(dir + "/", "");
            List<String> shown = page.get(example.getKey())
                    .lines()
                    .filter(line -> line.contains("[" + example.getKey() + "]"))
                    .toList();
            assertThat(shown)
                    .as(example.getKey())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(printed.lines()).contains(line));
        }
    }
}
