package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class TallyTest {

    @Test
    void what_the_example_app_says_is_read_whole() {
        Tally tally = Tally.read("""
                {"app": "bookbuyer", "version": "", "replica": "bookbuyer", "pid": 7, "calls": [
                  {"target": "http://bookstore.shop/books", "windowSeconds": 5.0, "answers": [
                    {"app": "", "version": "", "statuses": {"403": 2},
                     "window": {"statuses": {}, "p50Millis": null, "p99Millis": null}},
                    {"app": "bookstore", "version": "v1", "statuses": {"200": 90, "500": 1},
                     "window": {"statuses": {"200": 9}, "p50Millis": 1.25, "p99Millis": 9.5}}],
                   "failures": {"EOFError: closed without an answer": 3}, "reconnects": 1}]}
                """);

        Tally calls = Counted.by(7)
                .answered(Bookstore.FROM_V1, "200", 90)
                .answered(Bookstore.FROM_V1, "500", 1)
                .tally();
        assertThat(tally.pid()).isEqualTo(7);
        assertThat(tally.by(Bookstore.FROM_V1)).isEqualTo(calls.by(Bookstore.FROM_V1));
        assertThat(tally.failures()).containsExactly(Map.entry("EOFError: closed without an answer", 3L));
        assertThat(tally.by(Tally.Author.NOBODY).statuses()).containsEntry("403", 2L);
        assertThat(tally.by(Tally.Author.NOBODY).p50Millis()).isNull();
        assertThat(tally.calls()).isEqualTo(96);
        assertThat(tally.good()).isEqualTo(90);
    }

    @Test
    void something_else_is_refused_and_not_taken_for_no_calls() {
        for (String other : new String[] {"{}", "not found", "{\"pid\": 1, \"calls\": []}"}) {
            assertThatThrownBy(() -> Tally.read(other)).isInstanceOf(JacksonException.class);
        }
    }

    @Test
    void a_difference_counts_what_came_after() {
        Tally before = Counted.by(7)
                .answered(Bookstore.FROM_V1, "200", 90)
                .failed("timeout", 1)
                .tally();
        Tally after = Counted.by(7)
                .answered(Bookstore.FROM_V1, "200", 100)
                .answered(Bookstore.FROM_V2, "200", 4)
                .failed("timeout", 1)
                .tally();

        Tally since = after.since(before);

        assertThat(since)
                .isEqualTo(Counted.by(7)
                        .answered(Bookstore.FROM_V1, "200", 10)
                        .answered(Bookstore.FROM_V2, "200", 4)
                        .tally());
    }

    @Test
    void an_app_that_was_restarted_counts_anew() {
        Tally before = Counted.by(7).answered(Bookstore.FROM_V1, "200", 90).tally();
        Tally after = Counted.by(8).answered(Bookstore.FROM_V1, "200", 3).tally();

        assertThat(after.since(before)).isEqualTo(after);
    }
}
