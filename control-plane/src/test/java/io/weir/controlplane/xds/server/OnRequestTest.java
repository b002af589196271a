package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.cluster;
import static io.weir.controlplane.xds.server.AdsWorld.endpoints;
import static io.weir.controlplane.xds.server.AdsWorld.layers;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client is given only if it names it, or has it: beside the wildcard, in delta. */
class OnRequestTest {

    private static final XdsResource TOLD = cluster("told", "1");
    private static final XdsResource MORE = cluster("more", "1");

    private final AdsWorld world = new AdsWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private void give(XdsResource[] told, XdsResource... onRequest) {
        world.snapshots.put(A, new ProxySnapshot(layers(told), Map.of(), layers(onRequest)));
        world.cache.changed();
    }

    private static XdsResource[] told(XdsResource... resources) {
        return resources;
    }

    private ScriptedClient connected() {
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.ask(XdsType.CLUSTER);
        client.take(XdsType.CLUSTER);
        return client;
    }

    @Test
    void it_is_not_sent_unasked_and_neither_are_its_changes() {
        give(told(TOLD), TOLD, MORE);
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.ask(XdsType.CLUSTER);
        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("told");
        give(told(TOLD), TOLD, cluster("more", "2"), cluster("new", "1"));
        assertThat(client.waiting()).isEmpty();
    }

    @Test
    void who_asks_has_it_and_its_changes_until_the_mesh_has_it_no_more() {
        give(told(TOLD, endpoints("more", 1)), TOLD, MORE);
        ScriptedClient client = connected();
        client.ask(XdsType.CLUSTER, "more");
        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("more");
        client.ask(XdsType.ENDPOINT, "more");
        assertThat(client.take(XdsType.ENDPOINT).names()).containsExactly("more");

        give(told(TOLD, endpoints("more", 1)), TOLD, cluster("more", "2"));
        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("more");
        // It asks for the endpoints of a changed cluster once more.
        client.take(XdsType.ENDPOINT);

        give(told(TOLD), TOLD);
        assertThat(client.take(XdsType.CLUSTER).removed()).containsExactly("more");
    }

    @Test
    void asked_for_in_vain_it_is_answered_as_missing_and_sent_when_it_comes() {
        give(told(TOLD), TOLD);
        ScriptedClient client = connected();
        client.ask(XdsType.CLUSTER, "more");
        assertThat(client.take(XdsType.CLUSTER).removed()).containsExactly("more");
        give(told(TOLD), TOLD, MORE);
        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("more");
    }

    @Test
    void what_a_client_was_told_it_keeps_while_the_mesh_has_it() {
        give(told(TOLD, MORE), TOLD, MORE);
        ScriptedClient client = connected();
        give(told(TOLD), TOLD, MORE);
        world.timers.advance(Duration.ofSeconds(20));
        assertThat(client.waiting()).isEmpty();

        give(told(TOLD), TOLD, cluster("more", "2"));
        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("more");
        give(told(TOLD), TOLD);
        assertThat(client.take(XdsType.CLUSTER).removed()).containsExactly("more");
    }

    @Test
    void what_a_client_brings_along_it_keeps_while_the_mesh_has_it() {
        give(told(TOLD), TOLD, MORE);
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.askAgain(XdsType.CLUSTER, Map.of("told", TOLD.version(), "more", MORE.version(), "gone", "1"), "");
        client.askAgain(XdsType.LISTENER, Map.of(), "");
        client.askAgain(XdsType.ROUTE, Map.of(), "");
        client.take(XdsType.LISTENER);
        assertThat(client.take(XdsType.CLUSTER).removed()).containsExactly("gone");
        give(told(TOLD), TOLD, cluster("more", "2"));
        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("more");
    }

    @Test
    void who_no_longer_asks_is_no_longer_sent_it() {
        give(told(TOLD), TOLD, MORE);
        ScriptedClient client = connected();
        client.ask(XdsType.CLUSTER, "more");
        client.take(XdsType.CLUSTER);
        client.drop(XdsType.CLUSTER, "more");
        give(told(TOLD), TOLD, cluster("more", "2"));
        assertThat(client.waiting()).isEmpty();
    }

    @Test
    void what_was_kept_and_then_taken_away_is_not_told_when_it_comes_back() {
        give(told(TOLD, MORE), TOLD, MORE);
        ScriptedClient client = connected();
        give(told(TOLD), TOLD, MORE);
        give(told(TOLD), TOLD);
        assertThat(client.take(XdsType.CLUSTER).removed()).containsExactly("more");
        give(told(TOLD), TOLD, MORE);
        assertThat(client.waiting()).isEmpty();
    }
}
