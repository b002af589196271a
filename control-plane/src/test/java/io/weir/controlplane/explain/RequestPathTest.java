package io.weir.controlplane.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestPathTest {

    /** Recorded from Envoy 1.40.0: the path sent, and the path without its query that Envoy forwards, or 400. */
    @Test
    void paths_are_normalised_as_envoy_was_seen_to_do_it() throws IOException {
        List<String> different = new ArrayList<>();
        List<String> rows = recorded();
        for (String row : rows) {
            String[] columns = row.split("\t", -1);
            String expected = columns[1].equals("400") ? null : columns[1];
            String actual = RequestPath.normalise(columns[0]);
            if (actual == null ? expected != null : !actual.equals(expected)) {
                different.add(columns[0] + ": Envoy " + expected + ", here " + actual);
            }
        }
        assertThat(rows).hasSizeGreaterThan(150);
        assertThat(different).isEmpty();
    }

    @Test
    void traversal_is_judged_on_where_it_leads() {
        assertThat(RequestPath.normalise("//api/../admin")).isEqualTo("/admin");
        assertThat(RequestPath.normalise("/api%2F..%2Fadmin")).isEqualTo("/admin");
        assertThat(RequestPath.normalise("/api?x=/admin")).isEqualTo("/api");
    }

    private static List<String> recorded() throws IOException {
        try (InputStream in = RequestPathTest.class.getResourceAsStream("envoy-1.40-paths.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
