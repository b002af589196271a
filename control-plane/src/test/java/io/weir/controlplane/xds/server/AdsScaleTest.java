package io.weir.controlplane.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a change costs is in proportion to the change: asserted on counts, never on time. */
class AdsScaleTest {

    private static final int SERVICES = 1_000;
    private static final int PROXIES = 200;

    private final AdsWorld world = new AdsWorld(PROXIES);

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @EnumSource
    void one_endpoint_among_a_thousand_services_and_two_hundred_proxies_is_one_assignment_each(Protocol protocol) {
        List<XdsResource> clusters = IntStream.range(0, SERVICES)
                .mapToObj(i -> AdsWorld.cluster("s" + i, "1"))
                .toList();
        List<XdsResource> endpoints = IntStream.range(0, SERVICES)
                .mapToObj(i -> AdsWorld.endpoints("s" + i, 80))
                .toList();
        EnumMap<XdsType, Layer> shared = new EnumMap<>(XdsType.class);
        shared.put(XdsType.CLUSTER, Layer.of(clusters));
        shared.put(XdsType.ENDPOINT, Layer.of(endpoints));
        List<ScriptedClient> clients = new ArrayList<>();
        String[] names = endpoints.stream().map(XdsResource::name).toArray(String[]::new);
        String[] others = List.of(names).subList(0, SERVICES / 2).toArray(String[]::new);
        for (int i = 0; i < PROXIES; i++) {
            WorkloadKey proxy = new WorkloadKey("shop", "p" + i);
            world.snapshots.put(proxy, new ProxySnapshot(shared, Map.of()));
            ScriptedClient client = world.client(protocol, proxy);
            client.ask(XdsType.CLUSTER);
            Answer first = client.next();
            // Every second proxy doesn't ask for the endpoints that will change.
            client.ask(XdsType.ENDPOINT, i % 2 == 0 ? names : others);
            client.take(XdsType.ENDPOINT);
            client.ack(first);
            assertThat(client.waiting()).isEmpty();
            clients.add(client);
        }
        long responses = world.responses();
        long assignments = world.counters.resources(XdsType.ENDPOINT);

        List<XdsResource> changed = new ArrayList<>(endpoints);
        changed.set(SERVICES - 1, AdsWorld.endpoints("s" + (SERVICES - 1), 81));
        EnumMap<XdsType, Layer> after = new EnumMap<>(shared);
        after.put(XdsType.ENDPOINT, Layer.of(changed));
        world.snapshots.replaceAll((proxy, before) -> new ProxySnapshot(after, before.own()));
        world.cache.changed();

        assertThat(world.responses() - responses).isEqualTo(PROXIES / 2);
        assertThat(world.counters.resources(XdsType.ENDPOINT) - assignments).isEqualTo(PROXIES / 2);
        for (int i = 0; i < PROXIES; i++) {
            List<Answer> waiting = clients.get(i).waiting();
            if (i % 2 == 0) {
                assertThat(waiting).extracting(Answer::names).containsExactly(List.of("s" + (SERVICES - 1)));
                assertThat(waiting.getFirst().removed()).isEmpty();
            } else {
                assertThat(waiting).isEmpty();
            }
        }
    }
}
