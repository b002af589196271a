package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.prometheus.Found.Point;
import io.weir.telemetry.prometheus.Growth.Counter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrowthTest {

    private static final Map<String, String> CALL = Map.of(
            "reporter", "source",
            "source_namespace", "shop",
            "source_pod", "client",
            "destination_namespace", "shop",
            "destination_pod", "web-1",
            "destination_service", "web",
            "backend", "web",
            "protocol", "http",
            "response_code", "200");

    /** @param split empty for none */
    private static Found series(String split, double value) {
        TreeMap<String, String> labels = new TreeMap<>(CALL);
        if (!split.isEmpty()) {
            labels.put("split", split);
        }
        return new Found(labels, List.of(new Point(Instant.EPOCH, value)));
    }

    private static long requests(List<Found> before, List<Found> after) {
        Growth growth = new Growth();
        growth.add(Counter.REQUESTS, before, after);
        return growth.edges().values().stream().mapToLong(Traffic::successes).sum();
    }

    /** Prometheus keeps the old series' last value for the rest of the window. */
    @ParameterizedTest
    @CsvSource({"'', canary", "canary, ''", "canary, later"})
    void a_counter_goes_on_when_a_split_comes_goes_or_changes(String split, String next) {
        assertThat(requests(List.of(series(split, 1000)), List.of(series(split, 1020), series(next, 1050))))
                .isEqualTo(50);
        assertThat(requests(List.of(series(split, 1000)), List.of(series(next, 1000), series(split, 1000))))
                .isZero();
    }

    @Test
    void a_counter_that_is_new_or_fell_began_at_zero() {
        assertThat(requests(List.of(), List.of(series("canary", 7)))).isEqualTo(7);
        assertThat(requests(List.of(series("canary", 1000)), List.of(series("canary", 7))))
                .isEqualTo(7);
    }
}
