package io.weir.cli.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.telemetry.denial.DenialReport.Entry;
import io.weir.telemetry.denial.DenialReport.Result;
import io.weir.telemetry.report.EdgeReport.End;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShownTest {

    private static final End END = new End("shop", "", "", "", "store", "", List.of());

    private static List<Entry> look(String... ids) {
        return Stream.of(ids).map(ShownTest::entry).toList();
    }

    private static Entry entry(String id) {
        return new Entry(
                id, Instant.EPOCH, Result.DENIED, false, END, true, END, 1, "", 0, "TCP", "", "", "", "because");
    }

    private static List<String> fresh(Shown shown, String... ids) {
        return shown.fresh(look(ids)).stream().map(Entry::id).toList();
    }

    @Test
    void what_no_look_had_for_the_longest_time_is_forgotten_first() {
        Shown shown = new Shown(3);
        assertThat(fresh(shown, "a", "b", "c")).containsExactly("a", "b", "c");
        assertThat(fresh(shown, "a")).isEmpty();
        assertThat(fresh(shown, "d")).containsExactly("d");
        assertThat(fresh(shown, "a", "c", "d")).isEmpty();
        assertThat(fresh(shown, "b")).containsExactly("b");
    }

    @Test
    void a_look_that_is_larger_than_what_is_kept_is_not_printed_twice() {
        Shown shown = new Shown(2);
        assertThat(fresh(shown, "a", "b", "c", "d")).hasSize(4);
        assertThat(fresh(shown, "a", "b", "c", "d")).isEmpty();
    }
}
