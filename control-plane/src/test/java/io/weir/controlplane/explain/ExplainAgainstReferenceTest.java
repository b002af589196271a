package io.weir.controlplane.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.reference.Call;
import io.weir.controlplane.reference.Outcome;
import io.weir.controlplane.reference.Outcome.Served;
import io.weir.controlplane.reference.RandomMesh;
import io.weir.controlplane.reference.ReferenceEvaluator;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExplainAgainstReferenceTest {

    private static final int MESHES = 2_000;
    private static final int CALLS = 25;

    @Test
    void what_is_explained_is_what_the_manifests_say_on_thousands_of_random_meshes() {
        int allowed = 0;
        int denied = 0;
        int partly = 0;
        int nobody = 0;
        for (long seed = 0; seed < MESHES; seed++) {
            ClusterState state = Yaml.state(RandomMesh.manifests(seed).toArray(String[]::new));
            Mode mode = seed % 10 == 0 ? Mode.PERMISSIVE : Mode.DENY;
            MeshModel model = MeshModelBuilder.build(state, new MeshSettings("cluster.local", "cluster.local", mode))
                    .model();
            ReferenceEvaluator reference = new ReferenceEvaluator(state, mode);
            for (Call call : RandomMesh.calls(seed, state, CALLS)) {
                Identity source = source(model, call);
                if (source == null) {
                    continue;
                }
                Outcome wanted = reference.evaluate(call);
                Explanation got = (Explanation) Explain.explain(model, question(source, call));

                String where = "seed " + seed + ", " + call + ": " + got;
                assertThat(outcome(got)).as(where).isEqualTo(wanted);
                Set<Served> rows = new HashSet<>();
                wanted.served().values().forEach(rows::addAll);
                boolean all = !wanted.shares().isEmpty()
                        && wanted.served().values().stream()
                                .allMatch(one -> !one.isEmpty() && one.stream().allMatch(Served::allowed));
                assertThat(got.allowed()).as(where).isEqualTo(all);
                allowed += all ? 1 : 0;
                denied += rows.stream().anyMatch(row -> !row.allowed()) ? 1 : 0;
                partly += !all && rows.stream().anyMatch(Served::allowed) ? 1 : 0;
                nobody += wanted.shares().isEmpty() ? 1 : 0;
            }
        }
        // The comparison means something only if everything happens often.
        assertThat(List.of(allowed, denied, partly, nobody)).allMatch(count -> count > 500);
    }

    /** Null where the call comes from outside the mesh, and no workload without a sidecar is there to make it. */
    private static @Nullable Identity source(MeshModel model, Call call) {
        Identity bare = new Identity(call.service().namespace(), RandomMesh.BARE);
        if (call.source() != null) {
            return call.source();
        }
        return model.workloads().values().stream()
                        .anyMatch(workload -> workload.identity().equals(bare))
                ? bare
                : null;
    }

    private static Question question(Identity source, Call call) {
        List<Question.Header> headers = call.headers().entrySet().stream()
                .map(header -> new Question.Header(header.getKey(), header.getValue()))
                .toList();
        return new Question(
                source,
                call.service(),
                call.port(),
                call.transport(),
                new Question.Request(call.method(), call.path(), headers));
    }

    private static Outcome outcome(Explanation explanation) {
        Map<ServiceKey, Double> shares = new HashMap<>();
        Map<ServiceKey, Set<Served>> served = new HashMap<>();
        for (BackendVerdict row : explanation.backends()) {
            shares.put(row.service(), row.share());
            Set<Served> accounts = served.computeIfAbsent(row.service(), _ -> new HashSet<>());
            if (row.account() != null) {
                accounts.add(new Served(row.account(), row.allowed()));
            }
        }
        return new Outcome(shares, served);
    }
}
