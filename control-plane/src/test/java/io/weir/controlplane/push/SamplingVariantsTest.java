package io.weir.controlplane.push;

import static io.weir.controlplane.reference.Yaml.serviceFor;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.OpenTelemetry.Signal;
import io.weir.controlplane.model.SpanSource;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.TraceSampling;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.policy.Scope;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sidecars of pods share their outbound listeners with those whose namespace samples as theirs does. */
class SamplingVariantsTest {

    private static final MeshSettings SETTINGS =
            MeshSettings.defaults().with(OpenTelemetry.at("otel", List.of(Signal.TRACES), new TraceSampling(10_000)));
    private static final String LISTENER = "outbound/shop/web/80";
    private static final String CLUSTER = "outbound/shop/web/80";

    private final RecipeInterner interner = new RecipeInterner();
    private final Worlds worlds = new Worlds(SETTINGS, interner);

    private static ClusterState cluster(String samplingOfBar, String... more) {
        List<String> documents = new ArrayList<>(List.of(
                namespace("bar", samplingOfBar),
                workload("shop/one", "one", "{name: http, port: 80}"),
                workload("shop/two", "two", "{name: http, port: 80}"),
                workload("bar/three", "three", "{name: http, port: 80}"),
                serviceFor("web", "one", "{name: http, port: 80}")));
        documents.addAll(List.of(more));
        List<WorkloadKey> pods = new ArrayList<>();
        return new InCluster(
                        key -> {
                            if (!pods.contains(key)) {
                                pods.add(key);
                            }
                            return List.of("10.1.0." + (1 + pods.indexOf(key)));
                        },
                        key -> List.of("10.96.0." + (key.name().equals("web") ? 1 : 2)))
                .of(state(documents.toArray(String[]::new)));
    }

    private static String namespace(String name, String sampling) {
        return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + ", annotations: {weir.io/trace-sampling: '"
                + sampling + "'}}\n";
    }

    /** Proxies that are connected, and all count. */
    private static Map<WorkloadKey, Telemetry> connected(String... pods) {
        Map<WorkloadKey, Telemetry> telling = new HashMap<>();
        for (String pod : pods) {
            telling.put(key(pod), Telemetry.EDGES);
        }
        return telling;
    }

    private static WorkloadKey key(String pod) {
        String[] parts = pod.split("/", 2);
        return new WorkloadKey(parts[0], parts[1]);
    }

    private static Map<XdsType, Layer> shared(World world, String pod, Telemetry telemetry) {
        Workload workload = world.built().model().workloads().get(key(pod));
        return world.shared()
                .of(workload.binds(), Observation.of(telemetry, workload, SETTINGS), Scope.WHOLE)
                .told();
    }

    private static Layer listeners(World world, String pod) {
        return shared(world, pod, Telemetry.EDGES).get(XdsType.LISTENER);
    }

    /** How many listeners a further Service is, in the world that has it. */
    private long builtForOneMore(String sampling, Map<WorkloadKey, Telemetry> telling) {
        long before = interner.builds(XdsType.LISTENER);
        worlds.next(cluster(sampling, serviceFor("api", "two", "{name: http, port: 80}")), telling);
        return interner.builds(XdsType.LISTENER) - before;
    }

    @Test
    void each_sampling_has_listeners_of_its_own_and_nothing_else() {
        World world = worlds.next(cluster("50"), Map.of());
        assertThat(world.built().model().workloads().get(key("bar/three")).spans())
                .isEqualTo(new SpanSource("three", new TraceSampling(500_000)));
        assertThat(listeners(world, "shop/one")).isSameAs(listeners(world, "shop/two"));
        assertThat(listeners(world, "bar/three").get(LISTENER).version())
                .isNotEqualTo(listeners(world, "shop/one").get(LISTENER).version());
        assertThat(shared(world, "bar/three", Telemetry.EDGES)
                        .get(XdsType.CLUSTER)
                        .get(CLUSTER))
                .isSameAs(shared(world, "shop/one", Telemetry.EDGES)
                        .get(XdsType.CLUSTER)
                        .get(CLUSTER));
    }

    @Test
    void a_sampling_that_nobody_has_any_more_is_no_longer_built() {
        Map<WorkloadKey, Telemetry> all = connected("shop/one", "shop/two", "bar/three");
        World before = worlds.next(cluster("50"), all);
        listeners(before, "shop/one");
        listeners(before, "bar/three");
        World equal = worlds.next(cluster("1"), all);
        assertThat(listeners(equal, "bar/three")).isSameAs(listeners(equal, "shop/one"));
        assertThat(builtForOneMore("1", all)).isEqualTo(1);
    }

    @Test
    void each_sampling_that_a_connected_proxy_has_is_built_for_a_further_service() {
        Map<WorkloadKey, Telemetry> all = connected("shop/one", "bar/three");
        World world = worlds.next(cluster("50"), all);
        listeners(world, "shop/one");
        listeners(world, "bar/three");
        assertThat(builtForOneMore("50", all)).isEqualTo(2);
    }

    @Test
    void what_proxies_had_that_have_left_is_forgotten_and_what_others_have_is_not() {
        World world = worlds.next(cluster("50"), connected("shop/one", "bar/three"));
        Layer ofOne = listeners(world, "shop/one");
        Layer ofThree = listeners(world, "bar/three");

        worlds.keepOnly(connected("shop/one"));

        assertThat(listeners(world, "shop/one")).isSameAs(ofOne);
        assertThat(listeners(world, "bar/three")).isNotSameAs(ofThree);
        assertThat(builtForOneMore("50", connected("shop/one"))).isEqualTo(1);
    }

    @Test
    void what_no_connected_proxy_can_count_any_more_is_no_longer_built() {
        World world = worlds.next(cluster("1"), connected("shop/one"));
        listeners(world, "shop/one");
        shared(world, "shop/one", Telemetry.DENIALS);
        assertThat(builtForOneMore("1", connected("shop/one"))).isEqualTo(1);
    }

    @Test
    void samplings_of_namespaces_without_a_connected_proxy_cost_nothing() {
        List<String> namespaces = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            namespaces.add(namespace("n" + i, "0." + i));
            namespaces.add(workload("n" + i + "/pod", "pod", "{name: http, port: 80}"));
        }
        ClusterState many = cluster("50", namespaces.toArray(String[]::new));
        World world = worlds.next(many, connected("shop/one", "n7/pod"));
        assertThat(interner.builds(XdsType.LISTENER)).isZero();

        listeners(world, "shop/one");
        listeners(world, "n7/pod");
        assertThat(interner.builds(XdsType.LISTENER)).isEqualTo(2);
    }
}
