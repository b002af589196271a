package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** A model and everything that should be said of the objects it came from. */
public final class Built {

    private static final Comparator<Note> ORDER = Comparator.comparing(Note::object)
            .thenComparing(Note::code)
            .thenComparing(Note::field)
            .thenComparing(Note::message);

    private final MeshModel model;
    private final List<Diagnostic> diagnostics;
    private final Policies policies;
    private final PortUse uses;

    private Built(MeshModel model, List<Diagnostic> diagnostics, Policies policies, PortUse uses) {
        this.model = model;
        this.diagnostics = diagnostics;
        this.policies = policies;
        this.uses = uses;
    }

    static Built of(ClusterState state, MeshModel model, Policies policies, PortUse uses, List<Note> whole) {
        List<Note> notes = new ArrayList<>(policies.notes());
        notes.addAll(whole);
        notes.sort(ORDER);
        Set<Said> said = new HashSet<>();
        state.diagnostics().forEach(found -> said.add(new Said(found.code(), found.object(), found.field())));
        List<Diagnostic> diagnostics = notes.stream()
                .filter(note -> !said.contains(new Said(note.code().alsoSaidAs(), note.object(), note.field())))
                .map(note -> note.in(state))
                .toList();
        return new Built(model, diagnostics, policies, uses);
    }

    /** What the source said already. */
    private record Said(@Nullable String code, ObjectRef object, String field) {}

    public MeshModel model() {
        return model;
    }

    /** Sorted by object; does not repeat what the source itself found. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }

    /** The TrafficTargets and TrafficSplits that refer to each route, whether there is such a route or not. */
    public SortedMap<ObjectRef, SortedSet<ObjectRef>> users() {
        return References.of(policies.smi());
    }

    /** The same, said of an equal model. */
    Built with(MeshModel equal) {
        return new Built(equal, diagnostics, policies, uses);
    }

    Policies policies() {
        return policies;
    }

    PortUse uses() {
        return uses;
    }
}
