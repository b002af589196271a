package io.weir.telemetry.window;

import static io.weir.telemetry.window.SimulatedSidecar.FAILED;
import static io.weir.telemetry.window.SimulatedSidecar.OK;
import static io.weir.telemetry.window.SimulatedSidecar.callTo;
import static io.weir.telemetry.window.SimulatedSidecar.calledFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EdgeStoreTest extends OneStore {

    private static Edge clientToWeb() {
        return new Edge(
                Reporter.SOURCE,
                Pods.pod("client"),
                Pods.pod("web"),
                new ServiceKey("shop", "web"),
                new ServiceKey("shop", "web-v1"),
                Protocol.HTTP,
                false);
    }

    @Test
    void at_rest_a_window_holds_exactly_what_happened_in_it() {
        SimulatedSidecar client = sidecar("client");
        rounds(1, client);
        client.requests(callTo("10.0.0.0"), OK, 7);
        client.requests(callTo("10.0.0.0"), FAILED, 2);
        rounds(5, client);

        Traffic traffic = complete(60).get(clientToWeb());
        assertThat(traffic.requests()).containsExactlyInAnyOrderEntriesOf(Map.of(OK, 7L, FAILED, 2L));
        assertThat(traffic.successes()).isEqualTo(7);
        assertThat(traffic.latencies().count()).isEqualTo(9);
        assertThat(traffic.latencies().sumMs()).isEqualTo(36);
        assertThat(store.totals()).containsExactlyEntriesOf(Map.of(clientToWeb(), traffic));

        rounds(20, client);
        assertThat(requests(complete(60))).isZero();
        assertThat(requests(complete(300))).isEqualTo(9);
    }

    @Test
    void in_motion_a_window_is_never_less_than_what_happened_and_a_few_seconds_more_at_most() {
        SimulatedSidecar client = sidecar("client");
        for (int second = 1; second <= 3_000; second++) {
            clock.advance(Duration.ofSeconds(1));
            client.requests(callTo("10.0.0.0"), OK, 1);
            if (second % 5 == 0) {
                client.push();
                if (second > 1_500) {
                    assertThat(requests(complete(30))).isBetween(30L, 45L);
                    assertThat(requests(complete(600))).isBetween(600L, 645L);
                    assertThat(requests(complete(1_200))).isBetween(1_200L, 1_520L);
                }
            }
        }
    }

    @Test
    void what_was_counted_by_the_time_in_which_it_was_is_the_rate() {
        SimulatedSidecar[] clients = {sidecar("client"), sidecar("web"), sidecar("other")};
        for (int second = 1; second <= 1_400; second++) {
            clock.advance(Duration.ofSeconds(1));
            for (int i = 0; i < clients.length; i++) {
                clients[i].requests(callTo("10.0.0.0"), OK, 1);
                if (second % 5 == 2 * i) {
                    clients[i].push();
                }
            }
            if (second > 700) {
                for (int length : new int[] {1, 30, 33, 90, 600}) {
                    Answer.Complete whole = (Answer.Complete) store.window(Duration.ofSeconds(length));
                    double covered =
                            Duration.between(whole.start(), whole.end()).toMillis() / 1e3;
                    assertThat(covered).isGreaterThanOrEqualTo(length);
                    assertThat(requests(whole.edges()) / covered).isCloseTo(3, within(0.01));
                }
            }
        }
    }

    @Test
    void totals_go_on_when_an_envoy_starts_anew() {
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), OK, 5);
        rounds(3, client);
        client.disconnect();
        client.restart();
        client.connect(store);
        client.requests(callTo("10.0.0.0"), OK, 8);
        rounds(1, client);

        assertThat(requests(store.totals())).isEqualTo(13);
        assertThat(requests(complete(60))).isEqualTo(13);
    }

    @Test
    void a_counter_that_envoy_let_go_begins_at_zero_again() {
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), OK, 5);
        rounds(1, client);
        client.letGo(callTo("10.0.0.0"));
        rounds(125, client);
        client.requests(callTo("10.0.0.0"), OK, 9);
        rounds(1, client);

        assertThat(requests(store.totals())).isEqualTo(14);
    }

    @Test
    void a_counter_that_envoy_left_out_goes_on_where_it_was() {
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), OK, 5);
        rounds(1, client);
        client.leaveOut(callTo("10.0.0.0"));
        rounds(110, client);
        client.requests(callTo("10.0.0.0"), OK, 9);
        rounds(1, client);

        assertThat(requests(store.totals())).isEqualTo(14);
    }

    @Test
    void what_a_restarted_aggregator_first_hears_of_a_counter_that_was_left_out_is_not_all_new() {
        SimulatedSidecar client = new SimulatedSidecar("shop", "client", clock);
        client.requests(callTo("10.0.0.0"), OK, 1_000);
        client.bytes(callTo("10.0.0.9"), 1_000);
        clock.advance(Duration.ofHours(1));
        store = store();
        client.connect(store);
        client.leaveOut(callTo("10.0.0.0"));
        client.leaveOut(callTo("10.0.0.9"));
        rounds(10, client);
        assertThat(requests(complete(30))).isZero();

        client.requests(callTo("10.0.0.0"), OK, 4);
        client.requests(callTo("10.0.0.1"), FAILED, 6);
        rounds(1, client);
        assertThat(requests(complete(30))).isEqualTo(10);
        assertThat(requests(store.totals())).isEqualTo(10);

        client.bytes(callTo("10.0.0.9"), 10);
        rounds(1, client);
        assertThat(store.totals().values()).allMatch(traffic -> traffic.sentBytes() == 0);
        incomplete(30);
    }

    /** Envoy counts its age from one whole second to another: this one is 5.1 s old, and says 6. */
    @Test
    void a_sidecar_that_started_a_moment_after_the_aggregator_is_not_taken_for_an_older_one() {
        clock.advance(Duration.ofMillis(900));
        store = store();
        clock.advance(Duration.ofMillis(50));
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), OK, 7);
        clock.advance(Duration.ofMillis(5_100));
        client.push();

        assertThat(requests(store.totals())).isEqualTo(7);
        assertThat(requests(complete(5))).isEqualTo(7);
    }

    @Test
    void after_the_aggregators_start_a_window_is_incomplete_until_it_was_seen_whole() {
        SimulatedSidecar client = new SimulatedSidecar("shop", "client", clock);
        client.requests(callTo("10.0.0.0"), OK, 1_000);
        clock.advance(Duration.ofHours(1));
        store = store();
        store.changed(Pods.of("web", "client"), Pods.keys("client"));
        clock.advance(Duration.ofSeconds(2));
        assertThat(incomplete(30).reason()).contains("shop/client has not reported since the start");

        client.connect(store);
        rounds(1, client);
        assertThat(incomplete(30).retryAfter()).isEqualTo(Duration.ofSeconds(30));
        client.requests(callTo("10.0.0.0"), OK, 3);
        rounds(6, client);

        assertThat(requests(complete(30))).isEqualTo(3);
        assertThat(requests(store.totals())).isEqualTo(3);
        incomplete(60);
    }

    @Test
    void a_young_sidecar_tells_all_since_its_start_with_its_first_word() {
        store.changed(Pods.of("web", "client"), Pods.keys("web"));
        clock.advance(Duration.ofMinutes(10));
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), OK, 4);
        rounds(1, client);

        assertThat(requests(complete(600))).isEqualTo(4);
    }

    @Test
    void windows_wait_for_a_sidecar_that_is_late_and_not_for_one_that_is_silent() {
        store.changed(Pods.of("web", "client"), Pods.keys("web", "client"));
        SimulatedSidecar client = sidecar("client");
        SimulatedSidecar web = sidecar("web");
        rounds(10, client, web);
        assertThat(complete(10)).isEmpty();
        assertThat(store.silent()).isEmpty();

        web.disconnect();
        rounds(4, client);
        assertThat(incomplete(10).reason()).contains("shop/web has not reported for 20 s");
        rounds(10, client);
        assertThat(complete(10)).isEmpty();
        assertThat(store.silent()).containsExactly(Pods.key("web"));

        web.requests(calledFrom("10.0.0.1"), OK, 6);
        web.connect(store);
        rounds(1, client, web);
        assertThat(incomplete(30).reason()).contains("shop/web is known only since 0 s ago");
        assertThat(requests(complete(90))).isEqualTo(6);
        assertThat(store.silent()).isEmpty();
    }

    @Test
    void a_sidecar_that_cannot_count_is_silent_whatever_it_sends() {
        store.changed(Pods.of("web"), Pods.keys("web"));
        SimulatedSidecar web = sidecar("web");
        web.cannotCount();
        rounds(13, web);

        assertThat(store.silent()).containsExactly(Pods.key("web"));
        complete(30);
    }

    @Test
    void an_address_that_comes_to_be_known_later_is_looked_up_again() {
        store.changed(Pods.of("web"), Pods.keys());
        SimulatedSidecar web = sidecar("web");
        web.requests(calledFrom("10.0.0.1"), OK, 2);
        rounds(1, web);
        assertThat(complete(30).keySet()).extracting(Edge::source).containsExactly(Party.UNKNOWN);

        store.changed(Pods.of("web", "client"), Pods.keys());
        web.requests(calledFrom("10.0.0.1"), OK, 3);
        rounds(1, web);
        store.changed(Pods.of("web"), Pods.keys());
        web.requests(calledFrom("10.0.0.1"), OK, 1);
        rounds(1, web);

        Edge known =
                new Edge(Reporter.DESTINATION, Pods.pod("client"), Pods.pod("web"), null, null, Protocol.HTTP, false);
        assertThat(store.totals().get(known).successes()).isEqualTo(4);
        assertThat(requests(store.totals())).isEqualTo(6);
    }

    @Test
    void an_edge_of_a_vanished_pod_stays_for_a_quarter_of_an_hour() {
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), OK, 5);
        rounds(2, client);
        client.disconnect();
        store.changed(Pods.of("web"), Pods.keys());

        clock.advance(Duration.ofMinutes(14));
        assertThat(store.totals()).containsKey(clientToWeb());
        clock.advance(Duration.ofMinutes(2));
        assertThat(store.totals()).isNotEmpty();
        clock.advance(Duration.ofMinutes(15));
        assertThat(store.totals()).isEmpty();
        assertThat(requests(complete(3_600))).isEqualTo(5);
    }

    @Test
    void what_would_be_denied_is_counted_with_the_requests_of_its_edge() {
        SimulatedSidecar web = sidecar("web");
        web.requests(calledFrom("10.0.0.0"), OK, 5);
        web.wouldBeDenied(calledFrom("10.0.0.0"), 2);
        rounds(2, web);

        assertThat(complete(30).values()).singleElement().satisfies(traffic -> {
            assertThat(traffic.wouldBeDenied()).isEqualTo(2);
            assertThat(traffic.successes()).isEqualTo(5);
        });
        web.wouldBeDenied(calledFrom("10.0.0.0"), 1);
        web.push();
        assertThat(store.totals().values()).extracting(Traffic::wouldBeDenied).containsExactly(3L);
    }

    @Test
    void an_edge_that_is_back_goes_on_from_what_it_had() {
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), OK, 5);
        rounds(2, client);
        store.changed(Pods.of("client"), Pods.keys());
        rounds(13 * 30, client);
        assertThat(store.totals()).doesNotContainKey(clientToWeb());

        store.changed(Pods.of("web", "client"), Pods.keys());
        client.requests(callTo("10.0.0.0"), OK, 7);
        rounds(1, client);
        assertThat(store.totals().get(clientToWeb()).successes()).isEqualTo(12);
        assertThat(requests(complete(30))).isEqualTo(7);
    }

    @Test
    void grpc_and_tcp_are_edges_of_their_own() {
        SimulatedSidecar client = sidecar("client");
        client.requests(callTo("10.0.0.0"), new Outcome(200, 13), 5);
        client.bytes(callTo("10.0.0.0"), 100);
        rounds(2, client);

        Map<Edge, Traffic> edges = complete(30);
        assertThat(edges.keySet()).extracting(Edge::protocol).containsExactlyInAnyOrder(Protocol.GRPC, Protocol.TCP);
        edges.forEach((edge, traffic) -> {
            if (edge.protocol() == Protocol.TCP) {
                assertThat(traffic.connections()).isEqualTo(1);
                assertThat(traffic.sentBytes()).isEqualTo(100);
                assertThat(traffic.receivedBytes()).isEqualTo(200);
            } else {
                assertThat(traffic.failures()).isEqualTo(5);
                assertThat(traffic.latencies().count()).isEqualTo(5);
            }
        });
    }

    @Test
    void a_window_that_is_longer_than_what_is_kept_is_refused() {
        assertThatThrownBy(() -> store.window(Duration.ofHours(25))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.window(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
