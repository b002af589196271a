package io.weir.controlplane.status;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import io.weir.controlplane.status.Acknowledgements.Refusal;
import io.weir.controlplane.status.Condition.Aspect;
import io.weir.controlplane.status.Condition.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The conditions that each SMI object should have. */
final class Conditions {

    private static final int MOST_NAMED = 3;

    private final Observed observed;
    private final Effects effects;
    private final Map<ObjectRef, List<Diagnostic>> found = new HashMap<>();

    /** What an object's status should say. */
    record Wanted(ObjectVersion version, List<Condition> conditions) {}

    private Conditions(Observed observed) {
        this.observed = observed;
        this.effects = Effects.of(observed);
        findings(observed)
                .forEach(one -> found.computeIfAbsent(one.object(), _ -> new ArrayList<>())
                        .add(one));
    }

    static Stream<Diagnostic> findings(Observed observed) {
        return Stream.concat(observed.state().diagnostics().stream(), observed.built().diagnostics().stream());
    }

    /** Of every object that has a version. */
    static SortedMap<ObjectRef, Wanted> of(Observed observed) {
        Conditions conditions = new Conditions(observed);
        TreeMap<ObjectRef, Wanted> wanted = new TreeMap<>();
        observed.state()
                .versions()
                .forEach((object, version) -> wanted.put(object, new Wanted(version, conditions.of(object, version))));
        return wanted;
    }

    private List<Condition> of(ObjectRef object, ObjectVersion version) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(accepted(object, version));
        conditions.add(resolved(object, version));
        conditions.add(conflicted(object));
        conditions.add(programmed(object, version));
        switch (object.kind()) {
            case "TrafficTarget" -> conditions.add(enforced(object));
            case "UDPRoute" -> conditions.add(datagrams(object));
            default -> {}
        }
        return List.copyOf(conditions);
    }

    private List<Diagnostic> found(ObjectRef object, Aspect type) {
        return found.getOrDefault(object, List.of()).stream()
                .filter(one -> Meaning.of(one).condition() == type)
                .sorted((one, other) -> one.severity().compareTo(other.severity()))
                .toList();
    }

    private static String text(List<Diagnostic> found) {
        return found.stream().map(Meaning::text).collect(Collectors.joining(" "));
    }

    private Condition accepted(ObjectRef object, ObjectVersion version) {
        List<Diagnostic> found = found(object, Aspect.ACCEPTED);
        if (!version.inForce()) {
            String reason =
                    found.isEmpty() ? "Invalid" : Meaning.of(found.getFirst()).reason();
            return new Condition(
                    Aspect.ACCEPTED, Status.FALSE, reason, found.isEmpty() ? "It can't be read." : text(found));
        }
        // Parts of an object may be left out while the rest holds (S21).
        return found.isEmpty()
                ? new Condition(Aspect.ACCEPTED, Status.TRUE, "Accepted", "It is valid and in force.")
                : new Condition(
                        Aspect.ACCEPTED,
                        Status.TRUE,
                        found.getFirst().severity() == Severity.ERROR ? "AcceptedInPart" : "AcceptedWithWarnings",
                        text(found));
    }

    private Condition resolved(ObjectRef object, ObjectVersion version) {
        List<Diagnostic> found = found(object, Aspect.RESOLVED_REFS);
        if (!found.isEmpty()) {
            return new Condition(
                    Aspect.RESOLVED_REFS,
                    Status.FALSE,
                    Meaning.of(found.getFirst()).reason(),
                    text(found));
        }
        return version.inForce()
                ? new Condition(Aspect.RESOLVED_REFS, Status.TRUE, "ResolvedRefs", "All that it names exists.")
                : new Condition(Aspect.RESOLVED_REFS, Status.UNKNOWN, "NotAccepted", "This version is not in force.");
    }

    private Condition conflicted(ObjectRef object) {
        List<Diagnostic> found = found(object, Aspect.CONFLICTED);
        return found.isEmpty()
                ? new Condition(Aspect.CONFLICTED, Status.FALSE, "NoConflict", "No other object stands against it.")
                : new Condition(
                        Aspect.CONFLICTED,
                        Status.TRUE,
                        Meaning.of(found.getFirst()).reason(),
                        text(found));
    }

    private Condition programmed(ObjectRef object, ObjectVersion version) {
        if (!version.inForce()) {
            return programmed(Status.FALSE, "NotAccepted", "This version is not in force.");
        }
        boolean isRoute =
                !object.kind().equals("TrafficTarget") && !object.kind().equals("TrafficSplit");
        if (isRoute && effects.users(object).isEmpty()) {
            return programmed(
                    Status.UNKNOWN,
                    "NotReferenced",
                    "No TrafficTarget and no TrafficSplit refers to it, so it is inert.");
        }
        if (!effects.any(object)) {
            return programmed(Status.FALSE, "NoEffect", "Nothing follows from it; the other conditions say why.");
        }
        SortedSet<WorkloadKey> proxies = effects.proxies(object);
        if (proxies.isEmpty()) {
            return programmed(Status.UNKNOWN, "NoProxies", "No proxy needs it yet.");
        }
        Acknowledgements acknowledgements = observed.acknowledgements();
        long done = proxies.stream()
                .filter(proxy -> acknowledgements.inSync().contains(proxy))
                .count();
        String counts = done + " of " + proxies.size() + " proxies acknowledged it.";
        List<Refusal> refusals = effects.refusals(object);
        if (!refusals.isEmpty()) {
            return programmed(Status.FALSE, "Rejected", counts + " " + refused(refusals));
        }
        if (done == proxies.size()) {
            return programmed(Status.TRUE, "Programmed", counts);
        }
        return acknowledgements.whole()
                ? programmed(Status.FALSE, "Pending", counts)
                : programmed(Status.UNKNOWN, "Pending", "At least " + counts);
    }

    private static String refused(List<Refusal> refusals) {
        String named = refusals.stream()
                .limit(MOST_NAMED)
                .map(refusal -> refusal.proxy() + " refused " + String.join(", ", refusal.resources()) + ": "
                        + refusal.reason())
                .collect(Collectors.joining(" "));
        int more = refusals.size() - MOST_NAMED;
        return more > 0 ? named + " And " + more + " more." : named;
    }

    private static Condition programmed(Status status, String reason, String message) {
        return new Condition(Aspect.PROGRAMMED, status, reason, message);
    }

    private Condition enforced(ObjectRef target) {
        List<Diagnostic> found = found(target, Aspect.ENFORCED);
        if (!found.isEmpty()) {
            return notEnforced(found);
        }
        Effects.Granted granted = effects.granted(target);
        return granted == null
                ? new Condition(
                        Aspect.ENFORCED, Status.UNKNOWN, "NoEffect", "It allows nothing; the other conditions say why.")
                : Enforcement.of(effects.workloads(granted.destination()), granted.destination(), granted.grants());
    }

    private static Condition notEnforced(List<Diagnostic> found) {
        return new Condition(
                Aspect.ENFORCED, Status.FALSE, Meaning.of(found.getFirst()).reason(), text(found));
    }

    /** A route of datagrams is as well enforced as the targets that use it, where its own ports are redirected. */
    private Condition datagrams(ObjectRef route) {
        List<Diagnostic> found = found(route, Aspect.ENFORCED);
        if (!found.isEmpty()) {
            return notEnforced(found);
        }
        List<Condition> ofUsers = new ArrayList<>();
        for (ObjectRef user : effects.users(route)) {
            Effects.Granted granted = effects.granted(user);
            if (granted != null
                    && !granted.audited()
                    && granted.grants().stream().anyMatch(Grant.Datagram.class::isInstance)) {
                ofUsers.add(Enforcement.of(effects.workloads(granted.destination()), granted.destination(), List.of()));
            }
        }
        return ofUsers.stream()
                .filter(condition -> condition.status() == Status.FALSE)
                .findFirst()
                .or(() -> ofUsers.stream().findFirst())
                .orElseGet(() ->
                        new Condition(Aspect.ENFORCED, Status.UNKNOWN, "NotReferenced", "No TrafficTarget uses it."));
    }
}
