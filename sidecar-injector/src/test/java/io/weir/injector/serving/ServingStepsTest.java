package io.weir.injector.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

class ServingStepsTest {

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final ServingSettings SETTINGS = ServingSettings.usual();
    private static final Duration KNOWN = SETTINGS.distribution();

    private final ServingSteps steps =
            new ServingSteps(new ServingMint("weir-injector", "weir-system", SETTINGS), SETTINGS);

    @Test
    void the_first_pair_is_of_its_root_and_of_the_services_name() throws Exception {
        ServingState state = steps.first(null, START);

        state.pair().certificate().verify(state.signer().certificate().getPublicKey());
        assertThat(state.pair().certificate().getSubjectAlternativeNames().toString())
                .contains("weir-injector.weir-system.svc");
        assertThatCode(() -> state.pair().certificate().checkValidity(Date.from(START)))
                .doesNotThrowAnyException();
        assertThat(state.pair().certificate().getBasicConstraints())
                .as("signs nothing")
                .isEqualTo(-1);
    }

    @Test
    void what_is_fresh_stays() {
        ServingState state = steps.first(null, START);

        assertThat(steps.after(state, KNOWN, START.plus(Duration.ofDays(19)))).isEqualTo(state);
    }

    @Test
    void a_pair_is_renewed_at_two_thirds_of_its_life_by_the_same_root() throws Exception {
        ServingState state = steps.first(null, START);

        ServingState renewed = steps.after(state, KNOWN, START.plus(Duration.ofDays(20)));

        assertThat(renewed.pair()).isNotEqualTo(state.pair());
        renewed.pair().certificate().verify(state.signer().certificate().getPublicKey());
        assertThat(renewed.bundle()).isEqualTo(state.bundle());
    }

    @Test
    void a_new_root_is_given_out_before_it_signs_and_the_old_one_is_taken_back_after() throws Exception {
        ServingState state = steps.first(null, START);
        Instant due = START.plus(Duration.ofDays(244));

        ServingState announced = steps.after(state, KNOWN, due);
        assertThat(announced.next()).isNotNull();
        assertThat(announced.pair()).isEqualTo(state.pair());
        assertThat(announced.bundle()).startsWith(state.bundle()).isNotEqualTo(state.bundle());

        ServingState waiting = steps.after(announced, KNOWN.minusSeconds(1), due);
        assertThat(waiting.signer()).as("not known for long enough").isEqualTo(state.signer());

        ServingState switched = steps.after(announced, KNOWN, due);
        assertThat(switched.signer()).isEqualTo(announced.next());
        switched.pair().certificate().verify(switched.signer().certificate().getPublicKey());
        assertThat(switched.previous()).isEqualTo(state.signer().certificate());

        ServingState ended = steps.after(switched, KNOWN, due);
        assertThat(ended.previous()).isNull();
        assertThat(ended.pair()).isEqualTo(switched.pair());
    }

    @Test
    void a_pair_never_outlives_its_root() {
        ServingState state = steps.first(null, START);
        Instant late = START.plus(Duration.ofDays(360));
        ServingState renewed = steps.after(steps.after(state, Duration.ZERO, late), Duration.ZERO, late);

        assertThat(renewed.pair().certificate().getNotAfter())
                .isEqualTo(state.signer().certificate().getNotAfter());
        assertThat(steps.after(renewed, Duration.ZERO, late.plus(Duration.ofDays(4))))
                .as("another pair would last no longer")
                .isEqualTo(renewed);
    }

    @Test
    void what_has_expired_while_nobody_ran_is_made_anew() {
        ServingState state = steps.first(null, START);

        ServingState anew = steps.after(state, Duration.ZERO, START.plus(Duration.ofDays(400)));

        assertThat(anew.signer()).isNotEqualTo(state.signer());
        assertThat(anew.previous()).isNull();
    }

    @Test
    void no_key_is_in_its_text() {
        ServingState state = steps.first(null, START);

        assertThat(state.toString())
                .doesNotContain("PRIVATE")
                .doesNotContain("EC")
                .contains("until");
    }
}
