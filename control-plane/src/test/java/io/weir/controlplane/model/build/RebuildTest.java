package io.weir.controlplane.model.build;

import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.reference.RandomMesh;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RebuildTest {

    private static final MeshSettings SETTINGS = MeshSettings.defaults();

    @Test
    void rebuilding_gives_what_building_gives_and_keeps_what_did_not_change() {
        for (long seed = 0; seed < 600; seed++) {
            List<String> documents = RandomMesh.manifests(seed);
            ClusterState before = Yaml.state(documents.toArray(String[]::new));
            ClusterState after = Yaml.state(changed(seed, documents).toArray(String[]::new));
            Built first = MeshModelBuilder.build(before, SETTINGS);
            Built again = MeshModelBuilder.rebuild(first, before, after);
            Built fresh = MeshModelBuilder.build(after, SETTINGS);
            assertThat(again.model()).as("seed %d", seed).isEqualTo(fresh.model());
            assertThat(again.diagnostics()).as("seed %d", seed).isEqualTo(fresh.diagnostics());
            kept(first.model().services(), again.model().services());
            kept(first.model().workloads(), again.model().workloads());
            kept(first.model().routes(), again.model().routes());
            kept(first.model().grants(), again.model().grants());
            kept(first.model().endpoints(), again.model().endpoints());
        }
    }

    /** One to three documents gone, back to front, not ready, or of another account; half the time Workloads only. */
    private static List<String> changed(long seed, List<String> documents) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> changed = new ArrayList<>(documents);
        boolean workloadsOnly = random.nextBoolean();
        for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
            int at = random.nextInt(changed.size());
            String document = changed.get(at);
            if (workloadsOnly && !document.contains("kind: Workload")) {
                continue;
            }
            switch (random.nextInt(4)) {
                case 0 -> changed.remove(at);
                case 1 -> changed.set(at, document.replace("ready: true", "ready: false"));
                case 2 -> changed.set(at, document.replace("serviceAccount: a", "serviceAccount: b"));
                default -> changed.set(at, document.replace("8080", "9090").replace("app: v1", "app: v2"));
            }
        }
        return changed;
    }

    private static <K, V> void kept(Map<K, V> before, Map<K, V> after) {
        after.forEach((key, value) -> {
            if (value.equals(before.get(key))) {
                assertThat(value).as("%s", key).isSameAs(before.get(key));
            }
        });
    }

    @Test
    void one_more_endpoint_changes_one_endpoint_list_and_nothing_else_of_a_thousand_services() {
        List<String> documents = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            documents.add(service("s" + i, "{name: http, port: 80}"));
        }
        for (int i = 0; i < 200; i++) {
            documents.add(workload("w" + i, "a", "{name: http, port: 80}").replace("app: w" + i, "app: s" + i));
        }
        ClusterState before = state(documents.toArray(String[]::new));
        documents.add(workload("z", "a", "{name: http, port: 80}").replace("app: z", "app: s7"));
        ClusterState after = state(documents.toArray(String[]::new));
        Built first = MeshModelBuilder.build(before, SETTINGS);
        MeshModel again = MeshModelBuilder.rebuild(first, before, after).model();
        assertThat(changed(first.model().services(), again.services())).isEmpty();
        assertThat(changed(first.model().routes(), again.routes())).isEmpty();
        assertThat(changed(first.model().workloads(), again.workloads())).hasSize(1);
        List<ServicePortKey> lists = changed(first.model().endpoints(), again.endpoints());
        assertThat(lists).singleElement().satisfies(key -> {
            assertThat(key.service().name()).isEqualTo("s7");
            assertThat(again.endpoints().get(key)).hasSize(2).allMatch(Endpoint::mtls);
        });
    }

    /** Keys whose object is another one, equal or not. */
    @SuppressWarnings("ReferenceEquality")
    private static <K, V> List<K> changed(Map<K, V> before, Map<K, V> after) {
        return after.keySet().stream()
                .filter(key -> before.get(key) != after.get(key))
                .toList();
    }
}
