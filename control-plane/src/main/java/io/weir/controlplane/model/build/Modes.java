package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.NamespaceEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** S1: the mode of each namespace that names one. */
record Modes(Mode mesh, SortedMap<String, Mode> named, List<Note> notes) {

    private static final String KEY = "weir.io/mode";

    static Modes of(Mode mesh, Map<String, NamespaceEntry> namespaces) {
        TreeMap<String, Mode> named = new TreeMap<>();
        List<Note> notes = new ArrayList<>();
        namespaces.forEach((name, namespace) -> {
            boolean annotated = namespace.annotations().containsKey(KEY);
            String written = annotated
                    ? namespace.annotations().get(KEY)
                    : namespace.labels().get(KEY);
            if (written != null) {
                switch (written) {
                    case "deny" -> named.put(name, Mode.DENY);
                    case "permissive" -> named.put(name, Mode.PERMISSIVE);
                    default -> {
                        // Who writes a mode wants one of the two; the one that opens nothing is safe to assume.
                        named.put(name, Mode.DENY);
                        notes.add(Note.error(
                                Code.NAMESPACE_MODE,
                                new ObjectRef("Namespace", "", name),
                                "metadata." + (annotated ? "annotations." : "labels.") + KEY,
                                "'" + written + "' is no mode, so the namespace denies.",
                                "Write deny or permissive."));
                    }
                }
            }
        });
        return new Modes(mesh, named, notes);
    }

    Mode of(String namespace) {
        return named.getOrDefault(namespace, mesh);
    }
}
