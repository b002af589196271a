package io.weir.controlplane.status;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.status.Acknowledgements.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is said of manifests, were they a cluster's. */
final class Judgement {

    private final ClusterState state;
    private final List<Refusal> refusals = new ArrayList<>();
    private final TreeSet<WorkloadKey> inSync = new TreeSet<>();
    private boolean whole = true;

    private Judgement(ClusterState state) {
        this.state = state;
    }

    static Judgement of(String... documents) {
        return in(List.of("10.96.0.1"), documents);
    }

    static Judgement in(List<String> clusterIps, String... documents) {
        return new Judgement(new InCluster(
                        key -> List.of("10.1.0." + (1 + Math.floorMod(key.hashCode(), 250))), _ -> clusterIps)
                .of(Yaml.state(documents)));
    }

    Judgement inSync(String... workloads) {
        for (String name : workloads) {
            inSync.add(new WorkloadKey("shop", name));
        }
        return this;
    }

    Judgement inPart() {
        whole = false;
        return this;
    }

    Judgement refused(String workload, String resource, String reason) {
        refusals.add(new Refusal(new WorkloadKey("shop", workload), List.of(resource), reason));
        return this;
    }

    Observed observed() {
        return new Observed(
                state,
                MeshModelBuilder.build(state, MeshSettings.defaults()),
                new Acknowledgements(inSync, whole, refusals));
    }

    /** By object, a line for each condition. */
    SortedMap<String, List<String>> lines() {
        TreeMap<String, List<String>> lines = new TreeMap<>();
        Conditions.of(observed())
                .forEach((object, wanted) -> lines.put(
                        object.kind() + " " + object.name(),
                        wanted.conditions().stream().map(Judgement::line).toList()));
        return lines;
    }

    /** {@code Type=Status Reason}. */
    static String line(Condition condition) {
        return condition.type().word() + "=" + condition.status().word() + " " + condition.reason();
    }

    Condition condition(String kind, String name, Condition.Aspect type) {
        return Conditions.of(observed()).get(new ObjectRef(kind, "shop", name)).conditions().stream()
                .filter(condition -> condition.type() == type)
                .findFirst()
                .orElseThrow();
    }

    List<String> occurrences() {
        return Occurrences.of(observed()).stream()
                .map(one -> one.kind().word() + " " + one.object().kind() + " "
                        + one.object().name() + " " + one.reason())
                .toList();
    }
}
