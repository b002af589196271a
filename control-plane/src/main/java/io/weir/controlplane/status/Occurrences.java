package io.weir.controlplane.status;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import io.weir.controlplane.status.Condition.Status;
import io.weir.controlplane.status.Occurrence.Kind;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What there is to report of the objects at present. */
final class Occurrences {

    private Occurrences() {}

    /** In the order of the objects. What is to come, and what is only worth knowing, is in the conditions alone. */
    static Set<Occurrence> of(Observed observed) {
        Map<ObjectRef, ObjectVersion> versions = observed.state().versions();
        Set<Occurrence> occurrences = new LinkedHashSet<>();
        Conditions.findings(observed)
                .filter(found -> found.severity() != Severity.INFO && versions.containsKey(found.object()))
                .forEach(found -> occurrences.add(of(found, versions)));
        Conditions.of(observed)
                .forEach((object, wanted) -> wanted.conditions().stream()
                        .filter(condition -> isNews(object, condition))
                        .forEach(condition -> occurrences.add(of(object, wanted.version(), condition))));
        return occurrences;
    }

    private static Occurrence of(Diagnostic found, Map<ObjectRef, ObjectVersion> versions) {
        ObjectVersion version = versions.getOrDefault(found.object(), new ObjectVersion("", 0, false));
        return new Occurrence(
                Kind.WARNING, found.object(), version.uid(), Meaning.of(found).reason(), Meaning.text(found));
    }

    private static Occurrence of(ObjectRef object, ObjectVersion version, Condition condition) {
        // A mesh may be permissive for good reason; what a proxy refuses, and what passes a sidecar by, is no choice.
        Kind kind = condition.reason().equals("PermissiveMode") ? Kind.NORMAL : Kind.WARNING;
        return new Occurrence(kind, object, version.uid(), condition.reason(), countless(condition.message()));
    }

    /** What no finding says: a proxy's refusal, and what a target does not keep out. */
    private static boolean isNews(ObjectRef object, Condition condition) {
        return condition.status() == Status.FALSE
                && switch (condition.type()) {
                    case PROGRAMMED -> condition.reason().equals("Rejected");
                    case ENFORCED -> object.kind().equals("TrafficTarget");
                    case ACCEPTED, RESOLVED_REFS, CONFLICTED -> false;
                };
    }

    /** Counts change while the occurrence stays the same. */
    private static String countless(String message) {
        return message.replaceFirst("^\\d+ of \\d+ proxies acknowledged it\\. ", "")
                .replaceAll("\\d+ of \\d+ workloads", "Workloads");
    }
}
