package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.cluster;
import static io.weir.controlplane.xds.server.AdsWorld.endpoints;
import static io.weir.controlplane.xds.server.AdsWorld.listener;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** D15 and S44: at no moment does a route that the client uses name a cluster that it doesn't have. */
class MakeBeforeBreakTest {

    private static final XdsResource[] V1 = {
        cluster("v1", "1"), endpoints("v1", 1), listener("in", "1"), route("r", "v1")
    };
    private static final XdsResource[] BOTH = {
        cluster("v1", "1"),
        endpoints("v1", 1),
        cluster("v2", "1"),
        endpoints("v2", 2),
        listener("in", "1"),
        route("r", "v2")
    };
    private static final XdsResource[] V2 = {
        cluster("v2", "1"), endpoints("v2", 2), listener("in", "1"), route("r", "v2")
    };

    private final AdsWorld world = new AdsWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private ScriptedClient onV1(Protocol protocol) {
        world.give(A, V1);
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.CLUSTER);
        client.take(XdsType.CLUSTER);
        client.ask(XdsType.ENDPOINT, "v1");
        client.take(XdsType.ENDPOINT);
        client.ask(XdsType.LISTENER);
        client.take(XdsType.LISTENER);
        client.ask(XdsType.ROUTE, "r");
        client.take(XdsType.ROUTE);
        assertThat(client.waiting()).isEmpty();
        return client;
    }

    @ParameterizedTest
    @EnumSource
    void d15_a_route_waits_for_its_new_cluster_and_its_endpoints_and_the_old_cluster_goes_last(Protocol protocol) {
        ScriptedClient client = onV1(protocol);
        world.give(A, V2);

        Answer clusters = client.next();
        assertThat(clusters.type()).isEqualTo(XdsType.CLUSTER);
        assertThat(clusters.names()).contains("v2");
        assertThat(clusters.removed()).isEmpty();
        if (protocol == Protocol.STATE_OF_THE_WORLD) {
            assertThat(clusters.names()).as("the old cluster is still in use").contains("v1");
        }
        assertThat(client.waiting()).isEmpty();

        // Envoy acknowledges clusters only once they are warm, so the endpoints come first.
        client.ask(XdsType.ENDPOINT, "v2");
        Answer endpoints = client.next();
        assertThat(endpoints.names()).containsExactly("v2");
        client.ack(clusters);
        assertThat(client.waiting()).as("the endpoints are not acknowledged").isEmpty();
        client.ack(endpoints);

        Answer routes = client.next();
        assertThat(routes.type()).isEqualTo(XdsType.ROUTE);
        assertThat(client.waiting()).as("the route is not acknowledged").isEmpty();
        client.ack(routes);

        Answer last = client.take(XdsType.CLUSTER);
        switch (protocol) {
            case DELTA -> assertThat(last.removed()).containsExactly("v1");
            case STATE_OF_THE_WORLD -> assertThat(last.names()).containsExactly("v2");
        }
        client.drop(XdsType.ENDPOINT, "v1");
        assertThat(client.waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void endpoints_of_a_cluster_that_goes_are_not_emptied_under_the_old_route(Protocol protocol) {
        ScriptedClient client = onV1(protocol);
        long before = world.counters.resources(XdsType.ENDPOINT);
        world.give(A, listener("in", "1"), route("r", "none"));
        assertThat(client.waiting()).extracting(Answer::type).containsExactly(XdsType.ROUTE);
        client.take(XdsType.ROUTE);
        client.take(XdsType.CLUSTER);
        assertThat(world.counters.resources(XdsType.ENDPOINT)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void a_cluster_that_never_warms_holds_routes_back_for_five_seconds_only(Protocol protocol) {
        ScriptedClient client = onV1(protocol);
        world.give(A, BOTH);
        client.take(XdsType.CLUSTER);
        world.timers.advance(Duration.ofMillis(4_900));
        assertThat(client.waiting()).isEmpty();
        world.timers.advance(Duration.ofMillis(200));
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
        assertThat(client.waiting()).isEmpty();
        world.give(
                A,
                cluster("v1", "1"),
                endpoints("v1", 1),
                cluster("v2", "1"),
                endpoints("v2", 2),
                listener("in", "1"),
                route("r", "v2 again"));
        assertThat(client.take(XdsType.ROUTE).names())
                .as("the cluster is given up, later routes don't wait for it again")
                .containsExactly("r");
    }

    @Test
    void delta_a_route_goes_after_the_listener_that_used_it() {
        ScriptedClient client = onV1(Protocol.DELTA);
        world.give(A, cluster("v1", "1"), endpoints("v1", 1));
        Answer listeners = client.next();
        assertThat(listeners.type()).isEqualTo(XdsType.LISTENER);
        assertThat(listeners.removed()).containsExactly("in");
        assertThat(client.waiting()).isEmpty();
        client.ack(listeners);
        assertThat(client.take(XdsType.ROUTE).removed()).containsExactly("r");
    }

    @ParameterizedTest
    @EnumSource
    void a_refused_cluster_holds_no_route_back(Protocol protocol) {
        ScriptedClient client = onV1(protocol);
        world.give(A, BOTH);
        client.nack(client.next(), "Error adding/updating cluster(s) v2: bad");
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
    }

    @ParameterizedTest
    @EnumSource
    void a_refused_listener_keeps_the_clusters_it_may_still_use_and_no_others(Protocol protocol) {
        world.give(A, cluster("used", "1"), cluster("unused", "1"), listener("in", "used"), listener("other", "1"));
        ScriptedClient client = world.client(protocol, A);
        client.ask(XdsType.CLUSTER);
        client.take(XdsType.CLUSTER);
        client.ask(XdsType.LISTENER);
        client.take(XdsType.LISTENER);

        world.give(A, listener("in", "broken"), listener("other", "1"));
        client.nack(client.next(), "Error adding/updating listener(s) in: bad");
        Answer clusters = client.take(XdsType.CLUSTER);
        switch (protocol) {
            case DELTA -> assertThat(clusters.removed()).containsExactly("unused");
            case STATE_OF_THE_WORLD -> assertThat(clusters.names()).containsExactly("used");
        }
        world.give(A, listener("in", "fixed"), listener("other", "1"));
        client.take(XdsType.LISTENER);
        Answer rest = client.take(XdsType.CLUSTER);
        switch (protocol) {
            case DELTA -> assertThat(rest.removed()).containsExactly("used");
            case STATE_OF_THE_WORLD -> assertThat(rest.names()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_changed_cluster_gets_its_unchanged_endpoints_again_because_envoy_warms_it_anew(Protocol protocol) {
        ScriptedClient client = onV1(protocol);
        world.give(A, cluster("v1", "2"), endpoints("v1", 1), listener("in", "1"), route("r", "v1"));
        Answer clusters = client.next();
        assertThat(clusters.type()).isEqualTo(XdsType.CLUSTER);
        Answer again = client.take(XdsType.ENDPOINT);
        assertThat(again.names()).containsExactly("v1");
        client.ack(clusters);
        assertThat(client.waiting()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_weight_change_is_one_route_at_once(Protocol protocol) {
        ScriptedClient client = onV1(protocol);
        long before = world.responses();
        world.give(A, cluster("v1", "1"), endpoints("v1", 1), listener("in", "1"), route("r", "v1 weighted"));
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
        assertThat(world.responses()).isEqualTo(before + 1);
    }

    @Test
    void delta_a_client_that_reconnects_loses_no_cluster_before_its_routes_are_new() {
        onV1(Protocol.DELTA).cancel();
        world.give(A, V2);
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.askAgain(XdsType.CLUSTER, versions(V1, XdsType.CLUSTER), "");
        Answer clusters = client.next();
        assertThat(clusters.names()).containsExactly("v2");
        assertThat(clusters.removed()).isEmpty();
        client.ack(clusters);
        assertThat(client.waiting()).as("its routes may name the old cluster").isEmpty();
        client.askAgain(XdsType.ENDPOINT, versions(V1, XdsType.ENDPOINT), "", "v1");
        client.askAgain(XdsType.LISTENER, versions(V1, XdsType.LISTENER), "");
        client.askAgain(XdsType.ROUTE, versions(V1, XdsType.ROUTE), "", "r");
        assertThat(client.waiting()).as("the new cluster has no endpoints yet").isEmpty();
        client.ask(XdsType.ENDPOINT, "v2");
        client.take(XdsType.ENDPOINT);
        client.take(XdsType.ROUTE);
        assertThat(client.take(XdsType.CLUSTER).removed()).containsExactly("v1");
    }

    @Test
    void delta_a_client_that_reconnects_without_routes_loses_old_clusters_after_a_while() {
        onV1(Protocol.DELTA).cancel();
        world.give(A, cluster("v2", "1"));
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.askAgain(XdsType.CLUSTER, versions(V1, XdsType.CLUSTER), "");
        assertThat(client.take(XdsType.CLUSTER).removed()).isEmpty();
        world.timers.advance(Duration.ofSeconds(5));
        assertThat(client.take(XdsType.CLUSTER).removed()).containsExactly("v1");
    }

    private static Map<String, String> versions(XdsResource[] resources, XdsType type) {
        Map<String, String> versions = new TreeMap<>();
        for (XdsResource resource : resources) {
            if (resource.type() == type) {
                versions.put(resource.name(), resource.version());
            }
        }
        return versions;
    }
}
