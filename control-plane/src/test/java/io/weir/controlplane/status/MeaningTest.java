package io.weir.controlplane.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MeaningTest {

    private static final Pattern LISTED = Pattern.compile("(?m)^### (WEIR\\d{3})$");

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
    void no_code_has_two_rows() {
        assertThat(rows()).hasSameSizeAs(Meaning.values());
    }

    @Test
    void reasons_are_words_that_kubernetes_takes() {
        assertThat(Meaning.values()).allSatisfy(row -> assertThat(row.reason()).matches("[A-Za-z]([A-Za-z0-9_]*)"));
    }
}
