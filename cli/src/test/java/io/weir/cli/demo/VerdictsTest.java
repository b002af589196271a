package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.demo.Bookstore.Weights;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictsTest {

    private static final Observation BEGIN = Counted.observation(
            0,
            Map.of(
                    Bookstore.BUYER,
                            Counted.by(1).failed("ConnectionRefusedError", 4).tally(),
                    Bookstore.THIEF,
                            Counted.by(2).failed("ConnectionRefusedError", 4).tally(),
                    Bookstore.V1, Counted.by(3).tally(),
                    Bookstore.V2, Counted.by(4).tally()));

    @Test
    void shares_within_five_points_of_the_weights_are_right() {
        assertThat(Verdicts.step(new Weights(90, 10), buyer(1_750, 250))).isEmpty();
        assertThat(Verdicts.step(new Weights(9, 1), buyer(1_900, 100))).isEmpty();
        assertThat(Verdicts.step(new Weights(0, 100), buyer(0, 1_500))).isEmpty();
    }

    @Test
    void a_share_that_is_more_than_five_points_off_is_named_for_each_backend() {
        assertThat(Verdicts.step(new Weights(90, 10), buyer(1_680, 320)))
                .containsExactly(
                        "bookstore-v1 got 84.0% of 2,000 requests, not 90% (5 points either way)",
                        "bookstore-v2 got 16.0% of 2,000 requests, not 10% (5 points either way)");
    }

    @Test
    void few_requests_prove_nothing() {
        assertThat(Verdicts.step(new Weights(50, 50), buyer(50, 50)))
                .containsExactly("the bookstore answered 100 requests, too few to judge (1,500)");
        assertThat(Verdicts.step(new Weights(50, 50), Tally.NONE))
                .containsExactly("the bookstore answered 0 requests, too few to judge (1,500)");
    }

    @Test
    void a_single_failed_request_fails_its_step() {
        Tally buyer = Counted.by(1)
                .answered(Bookstore.FROM_V1, "200", 2_000)
                .answered(Tally.Author.NOBODY, "503", 1)
                .failed("no answer within 10s", 2)
                .tally();

        assertThat(Verdicts.step(new Weights(100, 0), buyer))
                .containsExactly("3 of bookbuyer's 2,003 calls failed: 503 (1), no answer within 10s (2)");
    }

    @Test
    void a_run_is_right_when_each_got_what_it_should_get() {
        assertThat(Verdicts.run(BEGIN, end(Map.of()))).isEmpty();
    }

    @Test
    void a_thief_who_got_a_book_fails_the_run_even_if_that_was_before_its_begin() {
        Tally book = Counted.by(2)
                .answered(Bookstore.FROM_V1, "200", 1)
                .answered(Tally.Author.NOBODY, "403", 50)
                .tally();
        Observation early = Counted.observation(
                0,
                Map.of(
                        Bookstore.THIEF,
                        Counted.by(2).answered(Bookstore.FROM_V1, "200", 1).tally()));

        assertThat(Verdicts.run(BEGIN, end(Map.of(Bookstore.THIEF, book)))).containsExactly("bookthief got 1 books");
        assertThat(Verdicts.run(early, end(Map.of(Bookstore.THIEF, book))))
                .contains("bookthief got 1 books before the mesh was ready");
    }

    @Test
    void a_thief_must_be_denied_with_403_and_nothing_else() {
        Tally silent = Counted.by(2).tally();
        Tally mixed = Counted.by(2)
                .answered(Tally.Author.NOBODY, "403", 50)
                .answered(Tally.Author.NOBODY, "503", 2)
                .failed("EOFError: closed without an answer", 1)
                .tally();

        assertThat(Verdicts.run(BEGIN, end(Map.of(Bookstore.THIEF, silent))))
                .containsExactly("bookthief was never denied with 403");
        assertThat(Verdicts.run(BEGIN, end(Map.of(Bookstore.THIEF, mixed))))
                .containsExactly("some of bookthief's calls got no 403 but: 503 (2), EOFError: closed without an answer"
                        + " (1)");
    }

    @Test
    void the_tcp_service_must_answer_both_versions_every_time() {
        Tally none = Counted.by(3).tally();
        Tally some = Counted.by(4)
                .answered(Tally.Author.NOBODY, "echo", 9)
                .failed("EOFError: closed without an answer", 1)
                .tally();

        assertThat(Verdicts.run(BEGIN, end(Map.of(Bookstore.V1, none, Bookstore.V2, some))))
                .containsExactly(
                        "the inventory did not answer bookstore-v1 over TCP",
                        "1 of bookstore-v2's 10 calls failed: EOFError: closed without an answer (1)");
    }

    @Test
    void a_caller_that_was_restarted_can_vouch_for_nothing() {
        Tally restarted =
                Counted.by(99).answered(Bookstore.FROM_V1, "200", 2_000).tally();

        assertThat(Verdicts.run(BEGIN, end(Map.of(Bookstore.BUYER, restarted))))
                .containsExactly("customers/bookbuyer was restarted: what it had counted is lost");
    }

    private static Tally buyer(long v1, long v2) {
        return Counted.by(1)
                .answered(Bookstore.FROM_V1, "200", v1)
                .answered(Bookstore.FROM_V2, "200", v2)
                .tally();
    }

    private static Observation end(Map<String, Tally> otherwise) {
        Map<String, Tally> callers = new HashMap<>(Counted.well(1_000, 1_000));
        callers.put(
                Bookstore.BUYER,
                Counted.by(1)
                        .answered(Bookstore.FROM_V1, "200", 1_000)
                        .failed("ConnectionRefusedError", 4)
                        .tally());
        callers.put(
                Bookstore.THIEF,
                Counted.by(2)
                        .answered(Tally.Author.NOBODY, "403", 50)
                        .failed("ConnectionRefusedError", 4)
                        .tally());
        callers.putAll(otherwise);
        return Counted.observation(60, callers);
    }
}
