package io.weir.controlplane.model.build;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.MeshSettings.Loosening;
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

    static Modes of(MeshSettings settings, Map<String, NamespaceEntry> namespaces) {
        boolean mayLoosen = settings.mode() == Mode.PERMISSIVE || settings.loosening() == Loosening.ALLOWED;
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
                    case "permissive" -> {
                        named.put(name, mayLoosen ? Mode.PERMISSIVE : Mode.DENY);
                        if (!mayLoosen) {
                            notes.add(Note.error(
                                    Code.NAMESPACE_MODE,
                                    new ObjectRef("Namespace", "", name),
                                    "metadata." + (annotated ? "annotations." : "labels.") + KEY,
                                    "The mesh denies, and lets no namespace be permissive, so this one denies.",
                                    "Remove it, or have the control plane and the injector run with"
                                            + " --namespaces-may-loosen."));
                        }
                    }
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
        return new Modes(settings.mode(), named, notes);
    }

    Mode of(String namespace) {
        return named.getOrDefault(namespace, mesh);
    }
}
