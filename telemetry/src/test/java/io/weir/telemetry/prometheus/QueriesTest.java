package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.telemetry.model.Scope;
import io.weir.telemetry.prometheus.Growth.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QueriesTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Map<String, String> TARGET = Map.of("instance", "10.0.0.1:15014");

    @Test
    void every_selector_of_every_query_is_held_to_the_targets_that_are_believed() {
        Queries queries = new Queries(TargetSelector.parse("job=\"weir\",namespace=~\"a|b\""));
        for (String query : List.of(
                queries.coverage(MINUTE),
                queries.clocks(MINUTE),
                queries.clocksOfThoseDown(),
                queries.at(Counter.REQUESTS, TARGET, Scope.EVERYTHING),
                queries.last(Counter.BUCKETS, TARGET, Scope.EVERYTHING, MINUTE))) {
            List<String> selectors = Pattern.compile("(\\w*)\\{([^}]*)}")
                    .matcher(query)
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(selectors)
                    .isNotEmpty()
                    .allSatisfy(selector -> assertThat(selector).endsWith("job=\"weir\",namespace=~\"a|b\"}"));
            assertThat(query.replaceAll("\\w*\\{[^}]*}", "X"))
                    .as("and there is no metric without a selector")
                    .doesNotContain("weir_", "up");
        }
    }

    /** From Prometheus 3 on a target can call its labels anything. */
    @Test
    void a_labels_name_can_not_change_a_query_either() {
        assertThat(PromQl.selector(
                        "up", Map.of("x=\"\"} or vector(1) or up{y", "z"), TargetSelector.parse("job=\"weir\"")))
                .isEqualTo("up{\"x=\\\"\\\"} or vector(1) or up{y\"=\"z\",job=\"weir\"}");
    }
}
