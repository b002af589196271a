package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.model.ServiceKey;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.api.ApiAnswer;
import io.weir.telemetry.api.ApiRequest;
import io.weir.telemetry.api.MetricsApi;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Scope;
import io.weir.telemetry.model.Traffic;
import io.weir.testing.prometheus.RunningPrometheus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two aggregators, one of them scraped twice, by a real Prometheus. */
@Tag("prometheus")
class PrometheusReadingsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final List<String> EVIL = List.of(
            "web",
            "we.b",
            "web\"} or vector(1) or weir_requests_total{x=\"",
            "back\\slash",
            "line\nbreak",
            "tab\tand\u0001control",
            ".*",
            "ünï☃",
            "{{name}}",
            "a,b=\"c\"");

    /** Longer than an answer lags behind on a busy machine. */
    private static final int LONG = 12;

    @TempDir
    private Path folder;

    private final ScrapedPage one = new ScrapedPage();
    private final ScrapedPage other = new ScrapedPage();
    private RunningPrometheus prometheus;
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
        readings = new PrometheusReadings(
                one, InstantSource.system(), new PrometheusSettings(prometheus.url(), null, null, null));
    }

    @AfterEach
    void close() throws IOException {
        readings.close();
        prometheus.close();
        one.close();
        other.close();
    }

    private void scraped(int times) {
        long before = one.scrapes();
        // The second page is scraped twice as often.
        long beforeOther = other.scrapes();
        await("scrapes")
                .atMost(PATIENCE)
                .until(() -> one.scrapes() >= before + times && other.scrapes() >= beforeOther + 2L * times);
    }

    private Answer since(Instant start, Scope scope) {
        return readings.window(Duration.between(start, Instant.now()), scope);
    }

    private Map<Edge, Traffic> complete(Instant start, Scope scope) {
        return await("a whole window")
                                .atMost(PATIENCE)
                                .until(() -> since(start, scope), Answer.Complete.class::isInstance)
                        instanceof Answer.Complete all
                ? all.edges()
                : Map.of();
    }

    private static Map<Edge, Traffic> sum(Map<Edge, Traffic> some, Map<Edge, Traffic> others) {
        Map<Edge, Traffic> sums = new HashMap<>(some);
        others.forEach((edge, traffic) -> sums.merge(edge, traffic, Traffic::plus));
        return sums;
    }

    @Test
    void all_of_a_window_and_nothing_else_is_told_whatever_things_are_called() {
        Mesh mesh = new Mesh(new Random(1));
        Map<Edge, Traffic> earlier = mesh.traffic(60);
        one.more(earlier);
        other.more(mesh.traffic(20));
        scraped(LONG);
        Instant start = Instant.now();
        scraped(2);
        Map<Edge, Traffic> here = mesh.traffic(40);
        Map<Edge, Traffic> there = mesh.traffic(40);
        one.more(here);
        // Those it has told of already too.
        one.more(earlier);
        other.more(there);
        scraped(LONG);
        Map<Edge, Traffic> expected = sum(sum(here, earlier), there);

        assertThat(complete(start, Scope.EVERYTHING)).isEqualTo(expected);

        for (String name : EVIL) {
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
        Mesh mesh = new Mesh(new Random(2));
        Map<Edge, Traffic> traffic = mesh.traffic(5);
        one.more(traffic);
        scraped(LONG);
        Instant before = Instant.now();
        scraped(LONG);
        assertThat(complete(before, Scope.EVERYTHING)).isEmpty();

        one.restart();
        one.more(traffic);
        scraped(LONG);
        assertThat(since(before, Scope.EVERYTHING)).isInstanceOfSatisfying(Answer.Incomplete.class, incomplete -> {
            assertThat(incomplete.reason()).contains("an aggregator was last scraped");
            assertThat(incomplete.retryAfter()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(60));
        });

        Instant after = Instant.now();
        scraped(LONG);
        assertThat(complete(after, Scope.EVERYTHING)).isEmpty();
        Map<Edge, Traffic> more = mesh.traffic(5);
        one.more(more);
        scraped(2);
        assertThat(complete(after, Scope.EVERYTHING)).isEqualTo(more);
    }

    @Test
    void what_is_told_no_more_still_counts_in_the_window() {
        Mesh mesh = new Mesh(new Random(3));
        Map<Edge, Traffic> traffic = mesh.traffic(1);
        Edge edge = traffic.keySet().iterator().next();
        one.more(traffic);
        scraped(LONG);
        Instant start = Instant.now();
        scraped(2);
        one.more(traffic);
        scraped(2);
        one.forget(edge);
        scraped(2);
        assertThat(complete(start, Scope.EVERYTHING)).isEqualTo(traffic);
    }

    @Test
    void one_that_can_no_longer_be_scraped_may_have_counted_more() throws IOException {
        scraped(LONG);
        Instant start = Instant.now();
        scraped(LONG);
        assertThat(complete(start, Scope.EVERYTHING)).isEmpty();
        one.close();
        await("it is missed, once it is too long ago")
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(readings.window(Duration.ofSeconds(5)))
                        .isInstanceOfSatisfying(
                                Answer.Incomplete.class,
                                incomplete ->
                                        assertThat(incomplete.reason()).contains("an aggregator was last scraped")));
    }

    @Test
    void while_prometheus_is_away_windows_are_unavailable_and_all_else_is_there() throws IOException {
        MetricsApi api = new MetricsApi(readings, () -> Inventory.EMPTY);
        scraped(LONG);
        await("an answer")
                .atMost(PATIENCE)
                .until(() ->
                        get(api, "/apis/metrics.smi-spec.io/v1alpha2/pods?t=1s").startsWith("200"));
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

    /** Random edges and traffic, with names that are hard to write in PromQL and in Prometheus' text format. */
    private static final class Mesh {

        private final Random random;

        Mesh(Random random) {
            this.random = random;
        }

        private String name() {
            return EVIL.get(random.nextInt(EVIL.size()));
        }

        private Party party(String namespace) {
            return switch (random.nextInt(4)) {
                case 0 -> new Party(namespace, name(), name(), List.of(), name());
                case 1 -> new Party(namespace, "", name(), List.of(), "");
                case 2 ->
                    new Party(namespace, name(), name(), List.of(new Owner(ResourceKind.REPLICA_SET, name())), "");
                default -> {
                    List<Owner> owners = new ArrayList<>();
                    owners.add(new Owner(ResourceKind.REPLICA_SET, "rs-" + name()));
                    owners.add(new Owner(ResourceKind.DEPLOYMENT, name()));
                    yield new Party(namespace, name(), name(), owners, name());
                }
            };
        }

        private Edge edge() {
            Protocol protocol =
                    List.of(Protocol.HTTP, Protocol.GRPC, Protocol.TCP).get(random.nextInt(3));
            boolean mtls = random.nextBoolean();
            Party source = random.nextInt(5) == 0 ? Party.UNKNOWN : party(name());
            if (random.nextBoolean()) {
                return new Edge(Reporter.DESTINATION, source, party(name()), null, null, protocol, mtls);
            }
            String namespace = name();
            ServiceKey service = new ServiceKey(namespace, name());
            return random.nextInt(5) == 0
                    ? new Edge(Reporter.SOURCE, source, Party.UNKNOWN, service, null, protocol, mtls)
                    : new Edge(
                            Reporter.SOURCE,
                            source,
                            party(namespace),
                            service,
                            new ServiceKey(namespace, name()),
                            protocol,
                            mtls);
        }

        Map<Edge, Traffic> traffic(int edges) {
            Map<Edge, Traffic> traffic = new HashMap<>();
            for (int i = 0; i < edges; i++) {
                Edge edge = edge();
                traffic.merge(edge, traffic(edge.protocol()), Traffic::plus);
            }
            return traffic;
        }

        private Traffic traffic(Protocol protocol) {
            if (protocol == Protocol.TCP) {
                return new Traffic(new TreeMap<>(), Latencies.NONE, 1 + random.nextInt(9), 1 + random.nextInt(999), 0);
            }
            TreeMap<Outcome, Long> requests = new TreeMap<>();
            for (int code : List.of(200, 503, 0)) {
                requests.put(
                        new Outcome(code, protocol == Protocol.GRPC ? random.nextInt(17) : Outcome.NOT_GRPC),
                        1L + random.nextInt(1000));
            }
            long[] counts = new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 0;
            }
            counts[3]++;
            // Whole milliseconds, so that sums are the same in whatever order they are added.
            return new Traffic(
                    requests, new Latencies(counts, 1 + random.nextInt(100_000)), 0, 0, 0, random.nextInt(3));
        }
    }
}
