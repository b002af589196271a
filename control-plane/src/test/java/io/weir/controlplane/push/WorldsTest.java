package io.weir.controlplane.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.reference.RandomMesh;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Secrets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WorldsTest {

    private static final int WALKS = 60;
    private static final int STEPS = 8;

    private static final XdsResource TRUST = XdsResource.of(XdsType.SECRET, "trust", Secrets.trust("roots"));

    private final Map<Object, Integer> numbers = new HashMap<>();

    private int number(Object key) {
        return numbers.computeIfAbsent(key, _ -> numbers.size() + 1);
    }

    /** Some of the objects of two meshes of the same few names, so that objects come, go and change. */
    private ClusterState step(SplittableRandom random, long seed) {
        List<String> documents = new ArrayList<>();
        for (String document : RandomMesh.manifests(seed + random.nextInt(2))) {
            if (random.nextInt(100) < 85) {
                documents.add(document);
            }
        }
        return new InCluster(key -> List.of("10.1." + number(key) / 200 + "." + number(key) % 200), this::clusterIps)
                .of(Yaml.state(documents.toArray(String[]::new)));
    }

    private List<String> clusterIps(ServiceKey key) {
        return number(key) % 5 == 0 ? List.of() : List.of("10.96.0." + number(key));
    }

    /** What each proxy is given, told of the whole mesh and in its scope; {@code views} as of the worlds before. */
    private static Map<String, String> all(World world, RecipeInterner interner, Map<String, ProxyView> views) {
        Map<String, String> all = new TreeMap<>();
        for (Workload workload : world.built().model().workloads().values()) {
            for (boolean asks : new boolean[] {true, false}) {
                if (workload.meshed()) {
                    String who = workload.key() + (asks ? " in scope" : " whole");
                    Abilities abilities = new Abilities(Telemetry.EDGES, asks);
                    ProxySnapshot given = views.computeIfAbsent(who, _ -> new ProxyView(interner, abilities))
                            .snapshot(world, workload, abilities, null, TRUST);
                    for (XdsType type : XdsType.values()) {
                        add(all, who + " told", type, given.shared(type));
                        add(all, who + " own", type, given.own(type));
                        add(all, who + " on request", type, given.onRequest(type));
                    }
                }
            }
        }
        return all;
    }

    private static void add(Map<String, String> all, String to, XdsType type, Layer layer) {
        for (XdsResource resource : layer.resources()) {
            all.put(to + " " + type + " " + resource.name(), resource.version());
        }
    }

    private static Map<WorkloadKey, Telemetry> telling(World world) {
        Map<WorkloadKey, Telemetry> telling = new HashMap<>();
        world.built().model().workloads().keySet().forEach(key -> telling.put(key, Telemetry.EDGES));
        return telling;
    }

    @Test
    void a_world_that_follows_another_gives_what_one_gives_that_is_built_from_nothing() {
        int beyond = 0;
        for (long walk = 0; walk < WALKS; walk++) {
            SplittableRandom random = new SplittableRandom(walk);
            RecipeInterner interner = new RecipeInterner();
            Map<String, ProxyView> views = new HashMap<>();
            Worlds worlds = new Worlds(MeshSettings.defaults(), interner);
            World last = worlds.next(step(random, walk), Map.of());
            for (int i = 0; i < STEPS; i++) {
                // Some proxies have asked for what they are given, as between worlds.
                all(last, interner, views);
                ClusterState state = step(random, walk);
                last = worlds.next(state, telling(last));
                RecipeInterner other = new RecipeInterner();
                World fresh = new Worlds(MeshSettings.defaults(), other).next(state, Map.of());
                assertThat(all(last, interner, views))
                        .as("walk %d, step %d", walk, i)
                        .isEqualTo(all(fresh, other, new HashMap<>()));
                beyond += (int) last.built().model().workloads().values().stream()
                        .filter(workload ->
                                !fresh.scopes().of(workload.identity()).beyond().isEmpty())
                        .count();
            }
        }
        assertThat(beyond).isGreaterThan(1_000);
    }
}
