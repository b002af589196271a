package io.weir.controlplane.model.build;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.ClusterState;
import java.util.ArrayList;
import java.util.List;

/** All that follows from Services, namespaces and SMI objects alone, whatever runs. */
record Policies(
        SmiIndex smi, SplitResolver.Routes routes, AccessResolver.Access access, Modes modes, Samplings samplings) {

    static Policies of(ClusterState state, MeshSettings settings) {
        SmiIndex smi = SmiIndex.of(state.smi(), settings.pathMatch());
        return new Policies(
                smi,
                SplitResolver.resolve(state.services(), smi, settings.clusterDomain()),
                AccessResolver.resolve(smi),
                Modes.of(settings, state.namespaces()),
                Samplings.of(settings, state.namespaces()));
    }

    List<Note> notes() {
        List<Note> notes = new ArrayList<>(routes.notes());
        notes.addAll(access.notes());
        notes.addAll(modes.notes());
        notes.addAll(samplings.notes());
        return notes;
    }
}
