package io.weir.controlplane.explain;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.Sorted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the sidecar of one account decides about one caller's request.
 *
 * @param caller the proven identity
 * @param sidecar whether the caller has one; without, nobody vouches for it
 * @param spoken what the service port speaks: decides whether a refusal has an HTTP status
 */
record Access(Identity caller, Serving.Sidecar sidecar, AppProtocol spoken, HttpView request) {

    private static final Comparator<Attempt> NEAREST = Comparator.<Attempt>comparingInt(
                    attempt -> attempt.failures().size())
            .thenComparing(attempt -> attempt.failures().getFirst().miss(), Comparator.reverseOrder());

    /** A grant, or one match of it, and what of it does not hold. */
    private record Attempt(ObjectRef origin, String rule, List<Failure> failures) {}

    Verdict judge(MeshModel model, Serving serving) {
        if (serving.sidecar() == Serving.Sidecar.ABSENT) {
            return new Verdict.Allowed(passed(), List.of(), serving.account() + " has no sidecar, so nobody asks");
        }
        if (serving.sidecar() == Serving.Sidecar.BYPASSED) {
            return new Verdict.Allowed(
                    passed(),
                    List.of(),
                    "callers reach port " + serving.port() + " of " + serving.account()
                            + " past its sidecar, so nobody asks");
        }
        if (serving.mode() == Mode.PERMISSIVE) {
            String reason =
                    "namespace " + serving.account().namespace() + " is permissive, so TrafficTargets are not asked";
            return new Verdict.Allowed(
                    passed(),
                    List.of(),
                    inDenyMode(model, serving) instanceof Verdict.Denied denied
                            ? reason + "; deny mode would refuse it: " + denied.reason()
                            : reason);
        }
        return inDenyMode(model, serving);
    }

    private Verdict inDenyMode(MeshModel model, Serving serving) {
        if (sidecar == Serving.Sidecar.ABSENT) {
            return denied(
                    serving,
                    Miss.PLAINTEXT,
                    caller + " has no sidecar: it comes in plaintext, which deny mode" + " refuses");
        }
        List<Grant> grants = model.grants().getOrDefault(serving.account(), List.of());
        if (grants.isEmpty()) {
            return denied(
                    serving,
                    Miss.NO_TARGET,
                    "no TrafficTarget has the destination " + serving.account() + audited(model, serving));
        }
        List<Attempt> attempts = attempts(grants, serving);
        if (attempts.isEmpty()) {
            return denied(serving, Miss.NO_SOURCE, noSource(serving, grants) + audited(model, serving));
        }
        List<Allowance> by = allowing(attempts);
        if (!by.isEmpty()) {
            return new Verdict.Allowed(passed(), by, "allowed by " + names(by));
        }
        Attempt nearest = attempts.stream().min(NEAREST).orElseThrow();
        return denied(serving, nearest.failures().getFirst().miss(), text(nearest) + audited(model, serving));
    }

    private List<Attempt> attempts(List<Grant> grants, Serving serving) {
        return grants.stream()
                .filter(grant -> grant.sources().contains(caller))
                .flatMap(grant -> attempts(grant, serving).stream())
                .toList();
    }

    private static List<Allowance> allowing(List<Attempt> attempts) {
        return attempts.stream()
                .filter(attempt -> attempt.failures().isEmpty())
                .map(attempt -> new Allowance(attempt.origin(), attempt.rule()))
                .distinct()
                .toList();
    }

    /** What the targets under audit add to a reason; nothing where there are none. */
    private String audited(MeshModel model, Serving serving) {
        List<Grant> audited = model.audited().getOrDefault(serving.account(), List.of());
        if (audited.isEmpty()) {
            return "";
        }
        List<Allowance> by = allowing(attempts(audited, serving));
        if (!by.isEmpty()) {
            return "; " + names(by) + " would allow it, but is under audit and lets nobody in";
        }
        return "; nor would "
                + audited.stream()
                        .map(Grant::origin)
                        .distinct()
                        .map(ObjectRef::toString)
                        .collect(Collectors.joining(", "))
                + ", which is under audit";
    }

    private static String names(List<Allowance> by) {
        return by.stream()
                .map(allowance -> allowance.origin() + " (" + allowance.rule() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String text(Attempt attempt) {
        return "nearest is " + attempt.origin() + " (" + attempt.rule() + "), but "
                + attempt.failures().stream().map(Failure::text).collect(Collectors.joining(" and "));
    }

    private String noSource(Serving serving, List<Grant> grants) {
        TreeSet<Identity> others = new TreeSet<>();
        grants.forEach(grant -> others.addAll(grant.sources()));
        TreeSet<ObjectRef> origins = new TreeSet<>();
        grants.forEach(grant -> origins.add(grant.origin()));
        return "no TrafficTarget for " + serving.account() + " has the source " + caller + "; "
                + origins.stream().map(ObjectRef::toString).collect(Collectors.joining(", "))
                + (origins.size() == 1 ? " lets in " : " let in ")
                + others.stream().map(Identity::toString).collect(Collectors.joining(", "));
    }

    private @Nullable Integer passed() {
        return spoken == AppProtocol.HTTP ? Integer.valueOf(200) : null;
    }

    /** A port that refuses by closing the connection leaves the caller's sidecar with nothing but a 503 to give. */
    private Verdict denied(Serving serving, Miss miss, String reason) {
        if (spoken != AppProtocol.HTTP) {
            return new Verdict.Denied(null, miss, reason);
        }
        return new Verdict.Denied(serving.protocol() == AppProtocol.HTTP ? 403 : 503, miss, reason);
    }

    private List<Attempt> attempts(Grant grant, Serving serving) {
        List<Failure> common = new ArrayList<>();
        if (!grant.ports().covers(serving.port())) {
            common.add(new Failure(Miss.PORT, "it covers " + ports(grant.ports()) + ", not port " + serving.port()));
        }
        AppProtocol protocol = serving.protocol();
        return switch (grant) {
            case Grant.Http http
            when protocol == AppProtocol.HTTP ->
                http.matches().stream()
                        .map(match -> attempt(http, match, common))
                        .toList();
            case Grant.Http http -> List.of(mismatch(http, "its HTTP rules", serving, common));
            case Grant.Stream stream
            when protocol != AppProtocol.UDP ->
                List.of(new Attempt(stream.origin(), "TCP " + ports(stream.ports()), common));
            case Grant.Stream stream -> List.of(mismatch(stream, "its TCP rules", serving, common));
            case Grant.Datagram datagram
            when protocol == AppProtocol.UDP ->
                List.of(new Attempt(datagram.origin(), "UDP " + ports(datagram.ports()), common));
            case Grant.Datagram datagram -> List.of(mismatch(datagram, "its UDP rules", serving, common));
        };
    }

    private Attempt attempt(Grant.Http grant, RequestMatch match, List<Failure> common) {
        List<Failure> failures = new ArrayList<>(common);
        failures.addAll(request.failures(match));
        return new Attempt(grant.origin(), match.origin(), failures);
    }

    private static Attempt mismatch(Grant grant, String rules, Serving serving, List<Failure> common) {
        List<Failure> failures = new ArrayList<>();
        failures.add(new Failure(
                Miss.PROTOCOL,
                rules + " do not apply to port " + serving.port() + ", which speaks " + serving.protocol()));
        failures.addAll(common);
        return new Attempt(grant.origin(), rule(grant), failures);
    }

    private static String rule(Grant grant) {
        return switch (grant) {
            case Grant.Http http ->
                Sorted.set(http.matches().stream().map(RequestMatch::origin).toList()).stream()
                        .collect(Collectors.joining(", "));
            case Grant.Stream stream -> "TCP " + ports(stream.ports());
            case Grant.Datagram datagram -> "UDP " + ports(datagram.ports());
        };
    }

    private static String ports(PortScope scope) {
        return switch (scope) {
            case PortScope.All _ -> "all ports";
            case PortScope.Only only when only.ports().isEmpty() -> "no port";
            case PortScope.Only only ->
                (only.ports().size() == 1 ? "port " : "ports ")
                        + only.ports().stream().map(String::valueOf).collect(Collectors.joining(", "));
        };
    }
}
