package io.weir.controlplane.model.build;

import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.Sorted;
import io.weir.smi.access.v1alpha3.Subject;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.wellknown.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What TrafficTargets grant, by destination identity (S1 to S18). Grants add up and none shadows another (S5). */
final class AccessResolver {

    private final SmiIndex smi;
    private final TreeMap<Identity, List<Grant>> grants = new TreeMap<>();
    private final TreeMap<Identity, List<Grant>> audited = new TreeMap<>();
    private final List<Note> notes = new ArrayList<>();

    private AccessResolver(SmiIndex smi) {
        this.smi = smi;
    }

    /**
     * @param grants of each identity, sorted by origin
     * @param audited what targets under audit would grant, in the same way
     */
    record Access(
            SortedMap<Identity, List<Grant>> grants, SortedMap<Identity, List<Grant>> audited, List<Note> notes) {}

    static Access resolve(SmiIndex smi) {
        AccessResolver resolver = new AccessResolver(smi);
        // Sorted by name, so each identity's grants are sorted by origin.
        smi.targets().forEach(resolver::target);
        resolver.grants.replaceAll((_, list) -> List.copyOf(list));
        resolver.audited.replaceAll((_, list) -> List.copyOf(list));
        return new Access(Sorted.map(resolver.grants), Sorted.map(resolver.audited), List.copyOf(resolver.notes));
    }

    private void target(ObjectRef origin, TrafficTarget target) {
        Identity destination = destination(origin, target);
        SortedSet<Identity> sources = sources(origin, target);
        TargetRules rules = TargetRules.of(origin, target, smi);
        notes.addAll(rules.notes());
        boolean audit = isAudited(origin, target);
        // S6, S7: without sources nobody, without rules nothing; never "anybody" or "anything".
        if (destination == null || sources.isEmpty()) {
            return;
        }
        List<RequestMatch> matches = rules.matches();
        PortScope streams = narrowed(target, rules.streams());
        if (streams != null && !rules.groups().isEmpty() && !matches.isEmpty()) {
            add(audit, destination, new Grant.Http(origin, sources, streams, matches));
        }
        // S14: a target that names a route group never grants raw TCP, not even where the group is missing.
        if (streams != null && rules.groups().isEmpty()) {
            add(audit, destination, new Grant.Stream(origin, sources, streams));
        }
        PortScope datagrams = narrowed(target, rules.datagrams());
        if (datagrams != null) {
            add(audit, destination, new Grant.Datagram(origin, sources, datagrams));
        }
    }

    private void add(boolean audit, Identity destination, Grant grant) {
        (audit ? audited : grants)
                .computeIfAbsent(destination, _ -> new ArrayList<>())
                .add(grant);
    }

    /** Whoever writes the annotation doubts the target: what can't be read lets nobody in either. */
    private boolean isAudited(ObjectRef origin, TrafficTarget target) {
        String written = target.metadata().annotations().get(Keys.AUDIT);
        if (written == null || written.equals("false")) {
            return false;
        }
        String field = "metadata.annotations." + Keys.AUDIT;
        notes.add(
                written.equals("true")
                        ? Note.warning(
                                Code.TARGET_AUDITED,
                                origin,
                                field,
                                "It is under audit: it lets nobody in. In deny mode, HTTP requests that it would let in are"
                                        + " reported; at TCP and UDP ports it is not tried out.",
                                "Remove the annotation once it is right.")
                        : Note.error(
                                Code.TARGET_AUDITED,
                                origin,
                                field,
                                "'" + written + "' is neither true nor false, so it is under audit and lets nobody in.",
                                "Write true, or remove the annotation."));
        return true;
    }

    /** S17: an old version's port holds as well as the routes' ports. Null if nothing is left. */
    private static @Nullable PortScope narrowed(TrafficTarget target, @Nullable PortScope scope) {
        Integer port = target.destinationPort();
        if (scope == null || port == null) {
            return scope;
        }
        return scope.covers(port) ? new PortScope.Only(Sorted.set(List.of(port))) : null;
    }

    /** Null if the target has no effect. */
    private @Nullable Identity destination(ObjectRef origin, TrafficTarget target) {
        Subject destination = target.spec().destination();
        String own = target.metadata().namespace();
        if (!destination.kind().equals("ServiceAccount")) {
            notes.add(subjectKind(origin, "spec.destination.kind", destination));
            return null;
        }
        if (destination.namespace() != null
                && !destination.namespace().isEmpty()
                && !destination.namespace().equals(own)) {
            // S9: else a client could grant itself access.
            notes.add(Note.error(
                    Code.TARGET_NAMESPACE,
                    origin,
                    "spec.destination.namespace",
                    "The destination is in namespace " + destination.namespace() + ", the TrafficTarget in " + own
                            + ": it is ignored.",
                    "Move the TrafficTarget to namespace " + destination.namespace() + "."));
            return null;
        }
        return new Identity(own, destination.name());
    }

    private SortedSet<Identity> sources(ObjectRef origin, TrafficTarget target) {
        TreeSet<Identity> sources = new TreeSet<>();
        List<Subject> written = target.spec().sources();
        for (int i = 0; i < written.size(); i++) {
            Subject source = written.get(i);
            if (source.kind().equals("ServiceAccount")) {
                sources.add(identity(target, source));
            } else {
                notes.add(subjectKind(origin, "spec.sources[" + i + "].kind", source));
            }
        }
        if (sources.isEmpty()) {
            notes.add(Note.warning(
                    Code.TARGET_WITHOUT_SOURCES,
                    origin,
                    "spec.sources",
                    "There is no source, so nobody is allowed.",
                    "List the service accounts that may call."));
        }
        return sources;
    }

    /** S8: a source without a namespace is in the target's own. */
    static Identity identity(TrafficTarget target, Subject source) {
        String namespace = source.namespace();
        return new Identity(
                namespace == null || namespace.isEmpty() ? target.metadata().namespace() : namespace, source.name());
    }

    private static Note subjectKind(ObjectRef origin, String field, Subject subject) {
        return Note.error(
                Code.TARGET_SUBJECT_KIND,
                origin,
                field,
                "A " + subject.kind() + " is nobody here.",
                "Name a ServiceAccount.");
    }
}
