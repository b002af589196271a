package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Inventory.Resource;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sums are those that one gets by looking at every edge for every object. */
class GroupingTest {

    private static final Inventory INVENTORY = Shop.inventory();

    private static Map<Edge, Traffic> randomEdges(Random random) {
        List<Party> ends = new ArrayList<>(Shop.PODS);
        ends.addAll(List.of(Shop.WEB_GONE, Shop.SOMEONE_OF_EDGE, Party.UNKNOWN));
        List<@Nullable ServiceKey> services =
                new ArrayList<>(INVENTORY.members().keySet());
        services.add(null);
        Map<Edge, Traffic> edges = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            Party source = ends.get(random.nextInt(ends.size()));
            Party destination = ends.get(random.nextInt(ends.size()));
            ServiceKey service = services.get(random.nextInt(services.size()));
            ServiceKey backend = services.get(random.nextInt(services.size()));
            Edge edge = random.nextBoolean()
                    ? Shop.called(source, destination, service, backend)
                    : Shop.answered(source, destination);
            int requests = random.nextInt(50);
            edges.put(
                    edge,
                    requests == 0
                            ? Traffic.NONE
                            : Shop.traffic(requests, 200, 1 + random.nextInt(100), 503, random.nextInt(requests)));
        }
        return edges;
    }

    /** Whether an end is one of an object's, told without {@link Grouping}. */
    private static boolean belongs(Party party, Resource resource) {
        boolean here = party.namespace().equals(resource.namespace());
        return switch (resource.kind()) {
            case NAMESPACE -> party.namespace().equals(resource.name());
            case NODE -> party.node().equals(resource.name());
            case POD -> here && party.pod().equals(resource.name());
            case SERVICE -> behind(party, resource);
            case TRAFFIC_SPLIT -> false;
            default -> here && party.owners().contains(new Party.Owner(resource.kind(), resource.name()));
        };
    }

    /** A pod that has gone was behind the Services that others of its workload are behind. */
    private static boolean behind(Party party, Resource service) {
        return Shop.PODS.stream()
                .filter(pod -> INVENTORY
                        .members()
                        .get(new ServiceKey(service.namespace(), service.name()))
                        .contains(pod.key()))
                .anyMatch(pod -> pod.equals(party)
                        || (party.equals(Shop.WEB_GONE)
                                && pod.namespace().equals("shop")
                                && pod.owners().getLast().name().equals("web")));
    }

    private static Traffic sum(Map<Edge, Traffic> edges, Predicate<Edge> of) {
        Traffic sum = Traffic.NONE;
        for (Map.Entry<Edge, Traffic> entry : edges.entrySet()) {
            sum = of.test(entry.getKey()) ? sum.plus(entry.getValue()) : sum;
        }
        return sum;
    }

    private static List<Resource> resources(ResourceKind kind) {
        return INVENTORY.labels().keySet().stream()
                .filter(resource -> resource.kind() == kind)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(ResourceKind.class)
    void what_an_object_received_is_what_its_pods_say_they_received(ResourceKind kind) {
        for (int seed = 0; seed < 50; seed++) {
            Map<Edge, Traffic> edges = randomEdges(new Random(seed));

            Map<Resource, Traffic> received = new Grouping(kind, INVENTORY).received(edges);

            for (Resource resource : resources(kind)) {
                assertThat(received.getOrDefault(resource, Traffic.NONE))
                        .as("%s, seed %d", resource, seed)
                        .isEqualTo(sum(
                                edges,
                                edge -> edge.reporter() == Reporter.DESTINATION
                                        && belongs(edge.destination(), resource)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ResourceKind.class)
    void what_went_between_two_objects_is_what_the_pods_of_the_one_say(ResourceKind kind) {
        for (int seed = 0; seed < 20; seed++) {
            Map<Edge, Traffic> edges = randomEdges(new Random(seed));
            Grouping grouping = new Grouping(kind, INVENTORY);
            for (Resource one : resources(kind)) {
                Map<Resource, Traffic> called = grouping.peers(one, Reporter.SOURCE, edges);
                Map<Resource, Traffic> served = grouping.peers(one, Reporter.DESTINATION, edges);
                for (Resource other : resources(kind)) {
                    assertThat(called.getOrDefault(other, Traffic.NONE))
                            .as("%s calls %s, seed %d", one, other, seed)
                            .isEqualTo(sum(
                                    edges,
                                    edge -> edge.reporter() == Reporter.SOURCE
                                            && belongs(edge.source(), one)
                                            && belongs(edge.destination(), other)));
                    assertThat(served.getOrDefault(other, Traffic.NONE))
                            .as("%s serves %s, seed %d", one, other, seed)
                            .isEqualTo(sum(
                                    edges,
                                    edge -> edge.reporter() == Reporter.DESTINATION
                                            && belongs(edge.destination(), one)
                                            && belongs(edge.source(), other)));
                }
            }
        }
    }
}
