package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.demo.Bookstore.Weights;
import io.weir.cli.output.Style;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void each_edge_has_its_share_success_rate_latency_and_denials() {
        Observation interval = Counted.observation(10, Counted.well(900, 100));

        assertThat(String.join("\n", Table.lines(interval, new Weights(90, 10), Style.PLAIN)) + "\n")
                .isEqualTo("""
                        FROM          TO            WEIGHT  SHARE  SUCCESS   RPS    P50    P99  DENIED
                        bookbuyer     bookstore-v1      90  90.0%   100.0%  90.0  1.3ms  9.5ms       0
                        bookbuyer     bookstore-v2      10  10.0%   100.0%  10.0  1.3ms  9.5ms       0
                        bookthief     bookstore          -      -     0.0%   5.0  1.3ms  9.5ms      50
                        bookstore-v1  inventory          -      -   100.0%   1.0  1.3ms  9.5ms       0
                        bookstore-v2  inventory          -      -   100.0%   1.0  1.3ms  9.5ms       0
                        """);
    }

    @Test
    void calls_that_no_backend_answered_have_a_line_of_their_own() {
        Map<String, Tally> callers = new HashMap<>(Counted.well(0, 0));
        callers.put(
                Bookstore.BUYER,
                Counted.by(1)
                        .answered(Bookstore.FROM_V1, "200", 3)
                        .answered(Bookstore.FROM_V1, "500", 1)
                        .answered(Tally.Author.NOBODY, "403", 2)
                        .failed("timeout", 2)
                        .tally());

        assertThat(Table.lines(Counted.observation(2, callers), null, Style.PLAIN))
                .contains(
                        "bookbuyer     bookstore-v1       -  100.0%    75.0%   2.0  1.3ms  9.5ms       0",
                        "bookbuyer     bookstore-v2       -    0.0%        -   0.0      -      -       0",
                        "bookbuyer     (no backend)       -       -     0.0%   2.0  1.3ms  9.5ms       2");
    }

    @Test
    void nothing_counted_yet_is_no_number() {
        assertThat(Table.lines(Counted.observation(0, Map.of()), null, Style.PLAIN))
                .contains("bookthief     bookstore          -      -        -    -    -    -       0");
    }

    @Test
    void a_busy_mesh_fits_a_terminal_of_80_columns() {
        Map<String, Tally> callers = new HashMap<>(Counted.well(0, 0));
        callers.put(
                Bookstore.BUYER,
                Counted.by(1)
                        .answered(Bookstore.FROM_V1, "200", 99_999)
                        .answered(Tally.Author.NOBODY, "503", 100)
                        .tally());

        assertThat(Table.lines(Counted.observation(100, callers), new Weights(100, 0), Style.PLAIN))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void colours_do_not_shift_the_columns() {
        Observation interval = Counted.observation(10, Counted.well(900, 100));

        assertThat(Table.lines(interval, null, new Style(Style.Colour.ON, Style.Marks.ASCII)).stream()
                        .map(line -> line.replaceAll("\u001b\\[[0-9;]*m", ""))
                        .toList())
                .isEqualTo(Table.lines(interval, null, Style.PLAIN));
    }
}
