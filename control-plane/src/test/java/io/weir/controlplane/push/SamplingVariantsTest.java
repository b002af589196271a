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
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
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
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: bar, annotations: {weir.io/trace-sampling: '"
                        + samplingOfBar + "'}}\n",
                workload("shop/one", "one", "{name: http, port: 80}"),
                workload("shop/two", "two", "{name: http, port: 80}"),
                workload("bar/three", "three", "{name: http, port: 80}"),
                serviceFor("web", "one", "{name: http, port: 80}")));
        documents.addAll(List.of(more));
        List<String> pods = List.of("shop/one", "shop/two", "bar/three");
        return new InCluster(
                        key -> List.of("10.1.0." + (1 + pods.indexOf(key.toString()))),
                        key -> List.of("10.96.0." + (key.name().equals("web") ? 1 : 2)))
                .of(state(documents.toArray(String[]::new)));
    }

    private static Map<XdsType, Layer> shared(World world, String namespace, String name) {
        Workload workload = world.built().model().workloads().get(new WorkloadKey(namespace, name));
        return world.shared().of(workload.binds(), Observation.of(Telemetry.EDGES, workload, SETTINGS));
    }

    private static Layer listeners(World world, String namespace, String name) {
        return shared(world, namespace, name).get(XdsType.LISTENER);
    }

    @Test
    void each_sampling_has_listeners_of_its_own_and_nothing_else() {
        World world = worlds.next(cluster("50"));
        assertThat(world.built()
                        .model()
                        .workloads()
                        .get(new WorkloadKey("bar", "three"))
                        .spans())
                .isEqualTo(new SpanSource("three", new TraceSampling(500_000)));
        assertThat(listeners(world, "shop", "one")).isSameAs(listeners(world, "shop", "two"));
        assertThat(listeners(world, "bar", "three").get(LISTENER).version())
                .isNotEqualTo(listeners(world, "shop", "one").get(LISTENER).version());
        assertThat(shared(world, "bar", "three").get(XdsType.CLUSTER).get(CLUSTER))
                .isSameAs(shared(world, "shop", "one").get(XdsType.CLUSTER).get(CLUSTER));
    }

    @Test
    void a_sampling_that_nobody_has_any_more_is_no_longer_built() {
        World before = worlds.next(cluster("50"));
        listeners(before, "shop", "one");
        listeners(before, "bar", "three");
        World equal = worlds.next(cluster("1"));
        assertThat(listeners(equal, "bar", "three")).isSameAs(listeners(equal, "shop", "one"));
        long built = interner.builds(XdsType.LISTENER);
        World after = worlds.next(cluster("1", serviceFor("api", "two", "{name: http, port: 80}")));
        listeners(after, "shop", "one");
        assertThat(interner.builds(XdsType.LISTENER)).isEqualTo(built + 1);
    }
}
