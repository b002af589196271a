package io.weir.controlplane.model.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.reference.Call;
import io.weir.controlplane.reference.Outcome;
import io.weir.controlplane.reference.RandomMesh;
import io.weir.controlplane.reference.ReferenceEvaluator;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ModelAgainstReferenceTest {

    private static final int MESHES = 2_000;
    private static final int CALLS = 25;

    @Test
    void the_model_does_what_the_manifests_say_on_thousands_of_random_meshes() {
        int allowed = 0;
        int denied = 0;
        int split = 0;
        int nobody = 0;
        for (long seed = 0; seed < MESHES; seed++) {
            ClusterState state = Yaml.state(RandomMesh.manifests(seed).toArray(String[]::new));
            Mode mode = seed % 10 == 0 ? Mode.PERMISSIVE : Mode.DENY;
            MeshModel model = MeshModelBuilder.build(state, new MeshSettings("cluster.local", "cluster.local", mode))
                    .model();
            ReferenceEvaluator reference = new ReferenceEvaluator(state, mode);
            for (Call call : RandomMesh.calls(seed, state, CALLS)) {
                Outcome wanted = reference.evaluate(call);
                compare(seed, call, wanted, new ModelEvaluator(model).evaluate(call));
                List<Outcome.Served> served =
                        wanted.served().values().stream().flatMap(Set::stream).toList();
                allowed += (int) served.stream().filter(Outcome.Served::allowed).count();
                denied += (int) served.stream().filter(one -> !one.allowed()).count();
                split += wanted.shares().size() > 1 ? 1 : 0;
                nobody += wanted.shares().isEmpty() ? 1 : 0;
            }
        }
        // The meshes are worth comparing only if everything happens often.
        assertThat(List.of(allowed, denied, split, nobody)).allMatch(count -> count > 1_000);
    }

    private static void compare(long seed, Call call, Outcome wanted, Outcome got) {
        Map<ServiceKey, Double> shares = got.shares();
        if (!wanted.served().equals(got.served()) || !wanted.shares().keySet().equals(shares.keySet())) {
            assertThat(got).as("seed %d, %s", seed, call).isEqualTo(wanted);
        }
        wanted.shares()
                .forEach((backend, share) -> assertThat(shares.get(backend))
                        .as("seed %d, %s", seed, call)
                        .isCloseTo(share, Offset.offset(1e-9)));
    }
}
