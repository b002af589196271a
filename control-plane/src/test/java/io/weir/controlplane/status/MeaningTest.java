package io.weir.controlplane.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeaningTest {

    private static final Pattern LISTED = Pattern.compile("(?m)^### (WEIR\\d{3})$");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (WEIR.*) \\|$");
    private static final Pattern RANGE = Pattern.compile("WEIR(\\d{3})(?: to WEIR(\\d{3}))?");

    private static Set<String> rows() {
        return Arrays.stream(Meaning.values()).map(Meaning::code).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The page lists every code there is: its own test sees to that. */
    @Test
    void every_code_has_a_row_and_every_row_a_code() throws IOException {
        Set<String> codes = LISTED.matcher(Files.readString(Path.of("../docs/diagnostics.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(codes).hasSizeGreaterThan(50).isEqualTo(rows());
    }

    @Test
    void the_page_says_which_condition_tells_a_finding() throws IOException {
        Map<String, Set<String>> listed = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("../docs/diagnostics.md")))
                .results()
                .forEach(row -> {
                    Set<String> codes = listed.computeIfAbsent(row.group(1), _ -> new TreeSet<>());
                    RANGE.matcher(row.group(2)).results().forEach(range -> {
                        int first = Integer.parseInt(range.group(1));
                        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
                        IntStream.rangeClosed(first, last).forEach(code -> codes.add("WEIR%03d".formatted(code)));
                    });
                });
        Map<String, Set<String>> known = new TreeMap<>();
        for (Meaning row : Meaning.values()) {
            if (row.condition() != null) {
                known.computeIfAbsent(row.condition().word(), _ -> new TreeSet<>())
                        .add(row.code());
            }
        }
        assertThat(listed).isEqualTo(known);
    }

    @Test
    void no_code_has_two_rows() {
        assertThat(rows()).hasSameSizeAs(Meaning.values());
    }

    @Test
    void reasons_are_words_that_kubernetes_takes() {
        assertThat(Meaning.values()).allSatisfy(row -> assertThat(row.reason()).matches("[A-Za-z]([A-Za-z0-9_]*)"));
    }
}
