package io.weir.controlplane.explain;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshService;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.RouteTable;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.model.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers questions about a mesh. */
public final class Explain {

    private Explain() {}

    /**
     * Follows a request from its caller to every account that may answer it.
     *
     * <p>A source that no workload runs as is answered for as if one did, with a sidecar; whether that is worth a
     * complaint is for the caller of this to say.
     */
    public static Answer explain(MeshModel model, Question question) {
        MeshService service = model.services().get(question.to());
        if (service == null) {
            return new Answer.Unanswerable(
                    "there is no Service " + question.to(),
                    "the Services are: " + list(model.services().keySet()));
        }
        ServicePort port = port(service, question);
        if (port == null) {
            return new Answer.Unanswerable(
                    question.port() == null
                            ? "Service " + question.to() + " has several ports, or none"
                            : "Service " + question.to() + " has no port " + question.port(),
                    "name one of its ports: "
                            + list(service.ports().stream().map(Explain::shown).toList()));
        }
        return answer(model, question, service.portKey(port), port.protocol());
    }

    /**
     * What deny mode says of what arrived at a sidecar, whatever the mode is there: by the policy of now, which may be newer.
     *
     * @return its reason is the same as that of an {@link Explanation}
     */
    public static Verdict judge(MeshModel model, Question.Arrival arrival) {
        return Arrivals.judge(model, arrival);
    }

    /** By which Service's port it may have come: the one that it names, else the first that leads there; null: none does. */
    public static @Nullable ServicePortKey service(MeshModel model, Question.Arrival arrival) {
        return Arrivals.service(model, arrival);
    }

    private static Explanation answer(MeshModel model, Question question, ServicePortKey target, AppProtocol protocol) {
        Question.Request request = question.request();
        // Over a TCP port too: the server's sidecar may know the app's port as HTTP (S48).
        String path = RequestPath.normalise(request.path());
        Serving.Sidecar sidecar = sidecar(model, question.from());
        if (path == null && sidecar == Serving.Sidecar.PRESENT && protocol == AppProtocol.HTTP) {
            return refusedPath(model, target, request);
        }
        // What the caller's sidecar does not judge reaches the server's as it is; not normalised it matches nothing.
        HttpView view = HttpView.of(request, path == null ? request.path() : path, authority(target));
        RouteRule rule = rule(followed(model, question.from(), target), target, view);
        Access access = new Access(question.from(), sidecar, protocol, view);
        long total = rule.backends().stream().mapToLong(WeightedBackend::weight).sum();
        List<BackendVerdict> backends = new ArrayList<>();
        for (WeightedBackend backend : rule.backends()) {
            backends.addAll(verdicts(model, access, backend.target(), (double) backend.weight() / total));
        }
        return summary(model, target, protocol, rule.origin(), backends);
    }

    /** Without a table that anybody follows, the Service's own endpoints (S30). */
    private static RouteRule rule(@Nullable RouteTable table, ServicePortKey target, HttpView request) {
        if (table == null) {
            ServiceKey service = target.service();
            return new RouteRule(
                    new ObjectRef("Service", service.namespace(), service.name()),
                    List.of(),
                    List.of(new WeightedBackend(target, 1)));
        }
        return table.rules().stream()
                .filter(rule ->
                        rule.matches().isEmpty() || rule.matches().stream().anyMatch(request::matches))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the last rule of " + target + " matches everything"));
    }

    /** What the caller's sidecar follows; null where it has none, or no sidecar of it sees what it sends there. */
    private static @Nullable RouteTable followed(MeshModel model, Identity from, ServicePortKey target) {
        List<Workload> callers = callers(model, from);
        boolean unseen = !callers.isEmpty() && callers.stream().noneMatch(caller -> sees(caller, model, target));
        return unseen ? null : model.routes().get(target);
    }

    /** The kernel redirects no datagrams that an app sends, and a headless Service has no address to redirect. */
    private static boolean sees(Workload caller, MeshModel model, ServicePortKey target) {
        MeshService service = model.services().get(target.service());
        return switch (caller.binds()) {
            case Binds.Loopback _ -> true;
            case Binds.Redirected _ ->
                target.transport() == Transport.TCP
                        && service != null
                        && !service.addresses().isEmpty();
            case Binds.Explicit _ -> service != null && !service.addresses().isEmpty();
            case null -> false;
        };
    }

    private static List<BackendVerdict> verdicts(MeshModel model, Access access, ServicePortKey backend, double share) {
        List<Serving> serving = Serving.at(model, backend);
        if (serving.isEmpty()) {
            String reason = "no workload is ready behind Service " + backend.service() + " port " + backend.port();
            return List.of(new BackendVerdict(
                    backend.service(), share, null, new Verdict.Unavailable(nobody(access.spoken()), reason)));
        }
        return serving.stream()
                .map(one -> new BackendVerdict(backend.service(), share, one.account(), access.judge(model, one)))
                .distinct()
                .toList();
    }

    private static Explanation summary(
            MeshModel model,
            ServicePortKey target,
            AppProtocol protocol,
            ObjectRef route,
            List<BackendVerdict> backends) {
        if (backends.isEmpty()) {
            String reason = "no backend of " + route + " has weight, so nobody answers";
            return new Explanation(
                    target,
                    protocol,
                    route,
                    false,
                    nobody(protocol),
                    List.of(),
                    List.of(),
                    mode(model, target),
                    reason);
        }
        boolean allowed = backends.stream().allMatch(BackendVerdict::allowed);
        LinkedHashSet<Allowance> by = new LinkedHashSet<>();
        backends.forEach(backend -> by.addAll(backend.verdict().by()));
        return new Explanation(
                target,
                protocol,
                route,
                allowed,
                status(backends),
                List.copyOf(by),
                backends,
                mode(model, target),
                reason(backends));
    }

    private static @Nullable Integer status(List<BackendVerdict> backends) {
        Integer first = backends.getFirst().verdict().status();
        boolean same = backends.stream()
                .allMatch(backend -> Objects.equals(backend.verdict().status(), first));
        return same ? first : null;
    }

    /** One sentence where all backends agree, else one for each that refuses. */
    private static String reason(List<BackendVerdict> backends) {
        List<BackendVerdict> telling =
                backends.stream().filter(backend -> !backend.allowed()).toList();
        if (telling.isEmpty()) {
            telling = backends;
        }
        List<String> reasons = telling.stream()
                .map(backend -> backend.verdict().reason())
                .distinct()
                .toList();
        if (reasons.size() == 1 && telling.size() == backends.size()) {
            return reasons.getFirst();
        }
        return telling.stream()
                .map(backend -> backend.service() + ": " + backend.verdict().reason())
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static Explanation refusedPath(MeshModel model, ServicePortKey target, Question.Request request) {
        ServiceKey service = target.service();
        return new Explanation(
                target,
                AppProtocol.HTTP,
                new ObjectRef("Service", service.namespace(), service.name()),
                false,
                400,
                List.of(),
                List.of(),
                mode(model, target),
                "the path " + request.path() + " is not one a proxy forwards: it must start with a slash and hold"
                        + " neither # nor %00");
    }

    private static @Nullable ServicePort port(MeshService service, Question question) {
        List<ServicePort> candidates = service.ports().stream()
                .filter(port -> question.transport() == null || port.protocol().transport() == question.transport())
                .sorted(Comparator.comparing(port -> port.protocol().transport()))
                .toList();
        Integer wanted = question.port();
        if (wanted == null && candidates.size() == 1) {
            return candidates.getFirst();
        }
        int number = wanted == null ? 80 : wanted;
        return candidates.stream()
                .filter(port -> port.port() == number)
                .findFirst()
                .orElse(null);
    }

    /** What a client writes into Host for the Service's short name. */
    private static String authority(ServicePortKey target) {
        String name = target.service().name() + "." + target.service().namespace();
        return target.port() == 80 ? name : name + ":" + target.port();
    }

    /** Absent only where every workload of the account has none. */
    private static Serving.Sidecar sidecar(MeshModel model, Identity from) {
        List<Workload> callers = callers(model, from);
        boolean absent = !callers.isEmpty() && callers.stream().noneMatch(Workload::meshed);
        return absent ? Serving.Sidecar.ABSENT : Serving.Sidecar.PRESENT;
    }

    private static List<Workload> callers(MeshModel model, Identity from) {
        return model.workloads().values().stream()
                .filter(workload -> workload.identity().equals(from))
                .toList();
    }

    /** The mode of the destination's namespace: that of its workloads, since a workload takes it from there. */
    private static Mode mode(MeshModel model, ServicePortKey target) {
        return model.workloads().values().stream()
                .filter(workload ->
                        workload.key().namespace().equals(target.service().namespace()))
                .map(Workload::mode)
                .findFirst()
                .orElse(model.settings().mode());
    }

    private static @Nullable Integer nobody(AppProtocol protocol) {
        return protocol == AppProtocol.HTTP ? Integer.valueOf(503) : null;
    }

    private static String shown(ServicePort port) {
        return port.port() + (port.protocol().transport() == Transport.UDP ? "/udp" : "");
    }

    private static String list(Iterable<?> names) {
        List<String> all = new ArrayList<>();
        names.forEach(name -> all.add(name.toString()));
        return all.isEmpty() ? "none" : String.join(", ", all);
    }
}
