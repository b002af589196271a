package io.weir.telemetry.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import io.weir.telemetry.report.EdgeReporter.Sidecars;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What the command line is told, and that it can read it. */
class EdgesRouteTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final ServiceKey WEB = new ServiceKey("shop", "web");
    private static final ServiceKey WEB_V1 = new ServiceKey("shop", "web-v1");
    private static final Party BUYER = party("customers", "buyer", "buyer");
    private static final Party V1 = party("shop", "web-v1", "web");
    private static final Party OLD = party("shop", "web-v2", "web");

    private static final Inventory INVENTORY = new Inventory(
            new TreeMap<>(),
            Sorted.map(Map.of(key(BUYER), BUYER, key(V1), V1, key(OLD), OLD)),
            Map.of(),
            Sorted.map(Map.of(WEB, Sorted.set(List.of(key(V1), key(OLD))), WEB_V1, Sorted.set(List.of(key(V1))))),
            List.of(new Inventory.Split(
                    "shop",
                    "canary",
                    "web",
                    List.of(new Inventory.Backend("web-v1", 90), new Inventory.Backend("web-v2", 10)))));

    private static final Sidecars SIDECARS = new Sidecars(Set.of(key(BUYER), key(V1), key(OLD)), Set.of(key(OLD)));

    private static final Edge CALLS = new Edge(Reporter.SOURCE, BUYER, V1, WEB, WEB_V1, Protocol.HTTP, true);
    private static final Edge CALLED = new Edge(Reporter.DESTINATION, BUYER, V1, null, null, Protocol.HTTP, true);

    private static Party party(String namespace, String workload, String account) {
        return new Party(
                namespace, workload + "-0", account, List.of(new Party.Owner(ResourceKind.DEPLOYMENT, workload)), "");
    }

    private static WorkloadKey key(Party party) {
        return new WorkloadKey(party.namespace(), party.pod());
    }

    /** Three good ones, of which one is denied, of 2 to 3 ms, and one bad one of 20 to 30 ms. */
    private static Traffic traffic() {
        long[] counts = new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1];
        counts[2] = 3;
        counts[8] = 1;
        return new Traffic(
                Sorted.map(Map.of(
                        new Outcome(200, Outcome.NOT_GRPC), 2L,
                        new Outcome(200, 7), 1L,
                        new Outcome(503, Outcome.NOT_GRPC), 1L)),
                new Latencies(counts, 32.5),
                0,
                0,
                0);
    }

    private static EdgesRoute route(Readings.Answer answer) {
        Readings readings = new Readings() {
            @Override
            public Answer window(Duration window) {
                return answer;
            }

            @Override
            public Map<Edge, Traffic> totals() {
                return Map.of();
            }
        };
        return new EdgesRoute(readings, () -> INVENTORY, () -> SIDECARS);
    }

    private static AdminRequest asked(Map<String, String> query) {
        return new AdminRequest("/v1/edges", query, Map.of());
    }

    private static EdgeReport report(String t) {
        AdminAnswer answer = route(new Readings.Answer.Complete(
                        NOON.minusSeconds(64), NOON, Map.of(CALLS, traffic(), CALLED, traffic())))
                .answer(asked(Map.of("t", t)));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JsonMapper.builder().build().readValue(answer.body(), EdgeReport.class);
    }

    @Test
    void what_takes_too_long_is_said_to() {
        AdminAnswer answer =
                route(new Readings.Answer.TimedOut(Duration.ofSeconds(8))).answer(asked(Map.of("t", "1h")));
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.body()).startsWith("it was not found out within 8 s");
    }

    @Test
    void an_edge_tells_its_ends_its_split_and_what_went_over_it() {
        EdgeReport report = report("1m");

        assertThat(report.windowSeconds()).isEqualTo(60);
        assertThat(report.seconds()).isEqualTo(64);
        assertThat(report.end()).isEqualTo(NOON);
        assertThat(report.edges())
                .extracting(EdgeReport.Flow::reporter)
                .containsExactly(Reporter.SOURCE, Reporter.DESTINATION);
        EdgeReport.Flow calls = report.edges().getFirst();
        EdgeReport.End v1 = new EdgeReport.End(
                "shop",
                "Deployment",
                "web-v1",
                "web-v1-0",
                "web",
                "",
                List.of(new EdgeReport.Owner("Deployment", "web-v1")));
        assertThat(calls.destination()).isEqualTo(v1);
        assertThat(calls)
                .extracting(
                        EdgeReport.Flow::service,
                        EdgeReport.Flow::backend,
                        EdgeReport.Flow::split,
                        EdgeReport.Flow::weight,
                        EdgeReport.Flow::mtls,
                        EdgeReport.Flow::requests,
                        EdgeReport.Flow::successes,
                        EdgeReport.Flow::denied)
                .containsExactly("shop/web", "shop/web-v1", "shop/canary", 90, true, 4L, 3L, 1L);
        assertThat(calls.latencies()).isEqualTo(traffic().latencies());
        assertThat(calls.p50Ms()).isEqualTo(traffic().latencies().quantile(0.5)).isBetween(2.0, 3.0);
        assertThat(calls.p99Ms())
                .isEqualTo(traffic().latencies().quantile(0.99))
                .isBetween(20.0, 30.0);
        assertThat(report.edges().getLast())
                .extracting(EdgeReport.Flow::service, EdgeReport.Flow::split, EdgeReport.Flow::weight)
                .containsOnlyNulls();
    }

    @Test
    void pods_tell_who_leads_to_them_and_whether_their_sidecars_count() {
        assertThat(report("30s").pods())
                .extracting(pod -> pod.self().pod(), EdgeReport.Pod::services, EdgeReport.Pod::sidecar)
                .containsExactly(
                        tuple("buyer-0", List.of(), EdgeReport.Sidecar.COUNTS),
                        tuple("web-v1-0", List.of("shop/web", "shop/web-v1"), EdgeReport.Sidecar.COUNTS),
                        tuple("web-v2-0", List.of("shop/web"), EdgeReport.Sidecar.UNAVAILABLE));
    }

    @Test
    void what_is_not_known_whole_is_not_told_in_part() {
        AdminAnswer answer = route(new Readings.Answer.Incomplete("it began 3 s ago", Duration.ofMillis(27_500)))
                .answer(asked(Map.of()));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("Retry-After", "28");
        assertThat(JsonMapper.builder().build().readValue(answer.body(), EdgeReport.Incomplete.class))
                .isEqualTo(new EdgeReport.Incomplete("it began 3 s ago", 28));
    }

    @Test
    void a_window_that_can_not_be_is_refused() {
        for (String wrong : List.of("", "0s", "25h", "1d", "-5s", "30", "1.5s")) {
            assertThat(route(new Readings.Answer.Complete(NOON.minusSeconds(64), NOON, Map.of()))
                            .answer(asked(Map.of("t", wrong)))
                            .status())
                    .as(wrong)
                    .isEqualTo(400);
        }
        assertThat(report("24h").windowSeconds()).isEqualTo(86_400);
    }
}
