package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "30s, PT30S, 30s",
        "90s, PT1M30S, 1m30s",
        "5m, PT5M, 5m0s",
        "1h, PT1H, 1h0m0s",
        "1h1s, PT1H1S, 1h0m1s",
        "1.5h, PT1H30M, 1h30m0s",
        "24h, PT24H, 24h0m0s",
        "1500ms, PT1.5S, 1.5s",
        "1s1us, PT1.000001S, 1.000001s",
        "1s1µs, PT1.000001S, 1.000001s",
        "+2s, PT2S, 2s",
        "1.s, PT1S, 1s",
        "10s.5s, PT10.5S, 10.5s",
        "100s, PT1M40S, 1m40s"
    })
    void are_read_and_written_as_go_does(String text, Duration duration, String written) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
        assertThat(GoDuration.format(duration)).isEqualTo(written);
    }

    @Test
    void zero_needs_no_unit() {
        assertThat(GoDuration.parse("0")).isEqualTo(Duration.ZERO);
    }

    @Test
    void what_is_longer_than_go_can_say_is_none() {
        assertThat(GoDuration.parse("2562047h")).isEqualTo(Duration.ofHours(2562047));
        assertThat(GoDuration.parse("2562048h")).isNull();
        assertThat(GoDuration.parse("9".repeat(100) + "s")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", ".s", "-30s", "30S", "1d", " 30s", "30s ", "1e3s", "1m nonsense"})
    void others_are_none(String text) {
        assertThat(GoDuration.parse(text)).isNull();
    }
}
