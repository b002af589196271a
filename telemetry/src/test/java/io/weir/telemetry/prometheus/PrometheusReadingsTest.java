package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.api.ApiAnswer;
import io.weir.telemetry.api.ApiRequest;
import io.weir.telemetry.api.MetricsApi;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Scope;
import io.weir.telemetry.model.Traffic;
import io.weir.testing.prometheus.RunningPrometheus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two aggregators, one of them scraped twice, by a real Prometheus. */
@Tag("prometheus")
@Execution(ExecutionMode.CONCURRENT) // each waits for its own Prometheus, most of the time
class PrometheusReadingsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int TARGETS = 3;

    @TempDir
    private Path folder;

    private final ScrapedPage one = new ScrapedPage();
    private final ScrapedPage other = new ScrapedPage();
    private RunningPrometheus prometheus;
    private ScrapedTime time;
    private PrometheusReadings readings;

    PrometheusReadingsTest() throws IOException {}

    @BeforeEach
    void scrape() throws IOException {
        prometheus = RunningPrometheus.start(folder, """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: weir-edges
                metrics_path: /metrics/edges
                honor_labels: true
                static_configs: [{targets: [%s, %s]}]
              - job_name: once-more
                metrics_path: /metrics/edges
                honor_labels: true
                static_configs: [{targets: [%2$s]}]
            """.formatted(one.target(), other.target()));
        time = new ScrapedTime(prometheus, "", TARGETS);
        readings = new PrometheusReadings(one, time, settings());
    }

    private PrometheusSettings settings() {
        return new PrometheusSettings(prometheus.url(), null, null, null);
    }

    @AfterEach
    void close() throws IOException {
        readings.close();
        prometheus.close();
        one.close();
        other.close();
    }

    private Map<Edge, Traffic> complete(Instant start, Scope scope) {
        Answer answer = readings.window(time.since(start), scope);
        assertThat(answer).isInstanceOf(Answer.Complete.class);
        return ((Answer.Complete) answer).edges();
    }

    private static Map<Edge, Traffic> sum(Map<Edge, Traffic> some, Map<Edge, Traffic> others) {
        Map<Edge, Traffic> sums = new HashMap<>(some);
        others.forEach((edge, traffic) -> sums.merge(edge, traffic, Traffic::plus));
        return sums;
    }

    @Test
    void all_of_a_window_and_nothing_else_is_told_whatever_things_are_called() {
        RandomMesh mesh = new RandomMesh(new Random(1));
        Map<Edge, Traffic> earlier = mesh.traffic(60);
        one.more(earlier);
        other.more(mesh.traffic(20));
        Instant start = time.start();
        Map<Edge, Traffic> here = mesh.traffic(40);
        Map<Edge, Traffic> there = mesh.traffic(40);
        one.more(here);
        // Those it has told of already too.
        one.more(earlier);
        other.more(there);
        time.goOn();
        Map<Edge, Traffic> expected = sum(sum(here, earlier), there);

        assertThat(complete(start, Scope.EVERYTHING)).isEqualTo(expected);

        for (String name : RandomMesh.NAMES) {
            Scope received = new Scope(Set.of(Reporter.DESTINATION), name, null, null);
            assertThat(complete(start, received))
                    .as(name)
                    .isEqualTo(only(
                            expected,
                            edge -> edge.reporter() == Reporter.DESTINATION
                                    && edge.destination().namespace().equals(name)));
            Scope node = new Scope(Set.of(Reporter.values()), null, name, null);
            assertThat(complete(start, node))
                    .as(name)
                    .isEqualTo(only(expected, edge -> edge.self().node().equals(name)));
            ServiceKey called = new ServiceKey(name, name);
            assertThat(complete(start, new Scope(Set.of(Reporter.SOURCE), null, null, called)))
                    .as(name)
                    .isEqualTo(only(expected, edge -> called.equals(edge.service())));
        }
    }

    private static Map<Edge, Traffic> only(Map<Edge, Traffic> edges, Predicate<Edge> which) {
        return edges.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void after_a_restart_a_window_from_before_it_is_not_known_and_a_later_one_is() {
        RandomMesh mesh = new RandomMesh(new Random(2));
        Map<Edge, Traffic> traffic = mesh.traffic(5);
        one.more(traffic);
        Instant before = time.start();
        assertThat(complete(before, Scope.EVERYTHING)).isEmpty();

        one.restart();
        one.more(traffic);
        time.goOn();
        assertThat(readings.window(time.since(before))).isInstanceOfSatisfying(Answer.Incomplete.class, incomplete -> {
            assertThat(incomplete.reason()).contains("an aggregator was last scraped");
            assertThat(incomplete.retryAfter()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(60));
        });

        Instant after = time.start();
        assertThat(complete(after, Scope.EVERYTHING)).isEmpty();
        Map<Edge, Traffic> more = mesh.traffic(5);
        one.more(more);
        time.goOn();
        assertThat(complete(after, Scope.EVERYTHING)).isEqualTo(more);
    }

    @Test
    void what_is_told_no_more_still_counts_in_the_window() {
        Map<Edge, Traffic> traffic = new RandomMesh(new Random(3)).traffic(1);
        Edge edge = traffic.keySet().iterator().next();
        one.more(traffic);
        Instant start = time.start();
        one.more(traffic);
        time.goOn();
        one.forget(edge);
        time.goOn();
        assertThat(complete(start, Scope.EVERYTHING)).isEqualTo(traffic);
    }

    @Test
    void nothing_is_asked_for_that_was_scraped_within_the_delay() throws IOException {
        Map<Edge, Traffic> traffic = new RandomMesh(new Random(4)).traffic(5);
        Instant start = time.start();
        Duration window = time.since(start);
        Instant earlier = time.instant();
        one.more(traffic);
        time.goOn();
        assertThat(complete(start, Scope.EVERYTHING)).isEqualTo(traffic);

        Duration delay = Duration.between(earlier, time.instant());
        try (PrometheusReadings late =
                new PrometheusReadings(one, time, settings().with(TargetSelector.EVERY, delay))) {
            assertThat(late.window(window)).isInstanceOfSatisfying(Answer.Complete.class, complete -> {
                assertThat(complete.edges()).isEmpty();
                assertThat(complete.end()).isEqualTo(start.plus(window));
            });
        }
    }

    @Test
    void one_that_can_no_longer_be_scraped_may_have_counted_more() throws IOException {
        Duration window = Duration.ofSeconds(1);
        scrapedForLongerThan(window);
        assertThat(readings.window(window)).isInstanceOf(Answer.Complete.class);
        String last = "max(last_over_time(weir_aggregator_clock_seconds{instance=" + one.target() + "}[5m]))";
        one.close();
        await("it is missed")
                .atMost(PATIENCE)
                .until(() -> prometheus.query("up == 0").size() == 1);
        Instant gone = clock(last);
        await("the other is there still")
                .atMost(PATIENCE)
                .until(() -> clock("min(weir_aggregator_clock_seconds)").isAfter(gone.plusSeconds(1)));

        time.at(gone.plus(Plan.FRESH).minusMillis(1));
        assertThat(readings.window(window)).as("it may be there").isInstanceOf(Answer.Complete.class);
        time.at(gone.plus(Plan.FRESH));
        assertThat(readings.window(window))
                .isInstanceOfSatisfying(
                        Answer.Incomplete.class,
                        incomplete -> assertThat(incomplete.reason()).contains("an aggregator was last scraped"));
    }

    private Instant clock(String query) {
        return Instant.ofEpochMilli(
                Math.round(prometheus.query(query).getFirst().value() * 1000));
    }

    /** A window begins with a scrape before it. */
    private void scrapedForLongerThan(Duration window) {
        Instant first = time.start();
        Instant start = first;
        while (!start.minus(window).isAfter(first)) {
            start = time.start();
        }
    }

    @Test
    void while_prometheus_is_away_windows_are_unavailable_and_all_else_is_there() throws IOException {
        MetricsApi api = new MetricsApi(readings, () -> Inventory.EMPTY);
        scrapedForLongerThan(Duration.ofSeconds(1));
        assertThat(get(api, "/apis/metrics.smi-spec.io/v1alpha2/pods?t=1s")).startsWith("200");
        prometheus.close();
        assertThat(get(api, "/apis/metrics.smi-spec.io/v1alpha2/pods?t=1s"))
                .startsWith("503 ")
                .contains("Prometheus can't be asked", "\"retryAfterSeconds\":5");
        assertThat(get(api, "/apis/metrics.smi-spec.io/v1alpha2")).startsWith("200 ");
        assertThat(get(api, "/openapi/v3")).startsWith("200 ");
    }

    private static String get(MetricsApi api, String request) {
        String[] parts = request.split("\\?t=", -1);
        ApiAnswer answer =
                api.answer(new ApiRequest("GET", parts[0], parts.length > 1 ? Map.of("t", parts[1]) : Map.of(), null));
        return answer.status() + " " + answer.body();
    }
}
