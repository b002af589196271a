package io.weir.controlplane.reference;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.ServiceEntry.TargetPort;
import io.weir.controlplane.source.SmiEntry;
import io.weir.smi.SmiObject;
import io.weir.smi.access.v1alpha3.Rule;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.specs.v1alpha4.HTTPMatch;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.specs.v1alpha4.TCPRoute;
import io.weir.smi.specs.v1alpha4.UDPRoute;
import io.weir.smi.split.v1alpha4.Backend;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SMI read literally, with no thought of speed: what the mesh must do, by which everything else is judged. */
public final class ReferenceEvaluator {

    private final ClusterState state;
    private final Mode mesh;

    public ReferenceEvaluator(ClusterState state, Mode mesh) {
        this.state = state;
        this.mesh = mesh;
    }

    /** @throws IllegalArgumentException if there is no such service port */
    public Outcome evaluate(Call call) {
        ServiceEntry root = state.services().get(call.service());
        ServiceEntry.Port port = root == null ? null : port(root, call);
        if (root == null || port == null) {
            throw new IllegalArgumentException("no such service port: " + call);
        }
        Map<ServiceKey, Double> shares = call.source() == null ? Map.of(root.key(), 1.0) : shares(call, http(port));
        Map<ServiceKey, Set<Outcome.Served>> served = new HashMap<>();
        shares.keySet()
                .forEach(backend ->
                        served.put(backend, served(call, state.services().get(backend))));
        return new Outcome(shares, served);
    }

    // What the caller's sidecar does: S29 to S44.

    private Map<ServiceKey, Double> shares(Call call, boolean http) {
        List<TrafficSplit> splits = state.smi().values().stream()
                .filter(entry -> entry.object() instanceof TrafficSplit split
                        && call.service().equals(named(split, split.spec().service())))
                .sorted(Comparator.comparing(SmiEntry::created)
                        .thenComparing(e -> e.object().metadata().name()))
                .map(entry -> (TrafficSplit) entry.object())
                .toList();
        for (TrafficSplit split : splits) {
            boolean chosen = split.spec().matches().stream()
                    .map(reference -> find(HTTPRouteGroup.class, reference.kind(), split, reference.name()))
                    .anyMatch(group ->
                            group != null && group.spec().matches().stream().anyMatch(m -> matches(m, call)));
            if (http && chosen) {
                return divide(split, call);
            }
        }
        return splits.stream()
                .filter(split -> split.spec().matches().isEmpty())
                .findFirst()
                .map(split -> divide(split, call))
                .orElse(Map.of(call.service(), 1.0));
    }

    private Map<ServiceKey, Double> divide(TrafficSplit split, Call call) {
        Map<ServiceKey, Double> weights = new TreeMap<>();
        for (Backend backend : split.spec().backends()) {
            ServiceKey key = named(split, backend.service());
            ServiceEntry service = key == null ? null : state.services().get(key);
            if (service != null && backend.weight() > 0 && port(service, call) != null) {
                weights.merge(service.key(), (double) backend.weight(), Double::sum);
            }
        }
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        weights.replaceAll((_, weight) -> weight / sum);
        return weights;
    }

    /** S33, S34. */
    private static @Nullable ServiceKey named(TrafficSplit split, String name) {
        String namespace = split.metadata().namespace();
        String service = name.replaceFirst("\\..*", "");
        List<String> forms =
                List.of("", "." + namespace, "." + namespace + ".svc", "." + namespace + ".svc.cluster.local");
        return forms.contains(name.substring(service.length())) ? new ServiceKey(namespace, service) : null;
    }

    // What the server's sidecar does: S1 to S18.

    private Set<Outcome.Served> served(Call call, @Nullable ServiceEntry service) {
        Set<Outcome.Served> served = new HashSet<>();
        ServiceEntry.Port port = service == null ? null : port(service, call);
        if (service != null && port != null) {
            selected(service).filter(Replica::ready).forEach(replica -> {
                Integer target = target(port, replica);
                if (target != null) {
                    served.add(new Outcome.Served(replica.identity(), allowed(call, replica, target)));
                }
            });
        }
        return served;
    }

    private boolean allowed(Call call, Replica replica, int port) {
        Identity source = call.source();
        if (replica.sidecar() == null || mode(replica.key().namespace()) == Mode.PERMISSIVE) {
            return true;
        }
        boolean http = call.transport() == Transport.TCP && serverSpeaksHttp(replica, port);
        return source != null
                && state.smi().values().stream()
                        .anyMatch(entry -> entry.object() instanceof TrafficTarget target
                                && isInForce(target)
                                && speaksOf(target, replica.identity(), source)
                                && (target.destinationPort() == null || target.destinationPort() == port)
                                && rulesAllow(target, call, port, http));
    }

    /** What is only tried out lets nobody in, and neither does what may be. */
    private static boolean isInForce(TrafficTarget target) {
        String audit = target.metadata().annotations().get("weir.io/audit");
        return audit == null || audit.equals("false");
    }

    private static boolean speaksOf(TrafficTarget target, Identity destination, Identity source) {
        String own = target.metadata().namespace();
        var to = target.spec().destination();
        return to.kind().equals("ServiceAccount")
                && (to.namespace() == null || to.namespace().equals(own))
                && destination.equals(new Identity(own, to.name()))
                && target.spec().sources().stream()
                        .anyMatch(from -> from.kind().equals("ServiceAccount")
                                && source.equals(
                                        new Identity(from.namespace() == null ? own : from.namespace(), from.name())));
    }

    private boolean rulesAllow(TrafficTarget target, Call call, int port, boolean http) {
        List<Rule> groups = rules(target, "HTTPRouteGroup");
        List<Rule> tcp = rules(target, "TCPRoute");
        if (call.transport() == Transport.UDP) {
            return rules(target, "UDPRoute").stream()
                    .map(rule -> find(UDPRoute.class, "UDPRoute", target, rule.name()))
                    .anyMatch(route -> route != null && covers(route.spec().ports(), port));
        }
        boolean portAllowed = tcp.stream()
                .map(rule -> find(TCPRoute.class, "TCPRoute", target, rule.name()))
                .anyMatch(route -> route != null && covers(route.spec().ports(), port));
        if (groups.isEmpty()) {
            return portAllowed;
        }
        return http
                && (tcp.isEmpty() || portAllowed)
                && groups.stream().anyMatch(rule -> groupAllows(target, rule, call));
    }

    private boolean groupAllows(TrafficTarget target, Rule rule, Call call) {
        HTTPRouteGroup group = find(HTTPRouteGroup.class, "HTTPRouteGroup", target, rule.name());
        return group != null
                && group.spec().matches().stream()
                        .filter(match ->
                                rule.matches().isEmpty() || rule.matches().contains(match.name()))
                        .anyMatch(match -> matches(match, call));
    }

    private static List<Rule> rules(TrafficTarget target, String kind) {
        return target.spec().rules().stream()
                .filter(rule -> rule.kind().equals(kind))
                .toList();
    }

    private static boolean covers(List<Integer> ports, int port) {
        return ports.isEmpty() || ports.contains(port);
    }

    /** A reference is looked up in the namespace of the object that makes it (S8). */
    private <T extends SmiObject> @Nullable T find(Class<T> type, String kind, SmiObject from, String name) {
        SmiEntry entry = state.smi().get(new ObjectRef(kind, from.metadata().namespace(), name));
        return entry != null && type.isInstance(entry.object()) ? type.cast(entry.object()) : null;
    }

    /** S23 to S27. */
    private static boolean matches(HTTPMatch match, Call call) {
        String path = match.pathRegex();
        return (path == null || path.isEmpty() || pathMatcher(path, call.path()).lookingAt())
                && (match.methods().isEmpty()
                        || match.methods().contains("*")
                        || match.methods().contains(call.method()))
                && match.headers().stream().allMatch(header -> {
                    String value = call.headers().get(header.name());
                    return value != null && Pattern.matches(header.regex(), value);
                });
    }

    /** S24, S25. */
    private static Matcher pathMatcher(String regex, String path) {
        boolean absolute = Stream.of("/", "^", ".", "(", "\\/").anyMatch(regex::startsWith);
        return Pattern.compile(absolute ? regex : "/" + regex).matcher(path);
    }

    // Services and workloads.

    private Stream<Replica> selected(ServiceEntry service) {
        return state.replicas().values().stream()
                .filter(replica -> !service.selector().isEmpty()
                        && replica.key().namespace().equals(service.key().namespace())
                        && replica.labels()
                                .entrySet()
                                .containsAll(service.selector().entrySet()));
    }

    private static ServiceEntry.@Nullable Port port(ServiceEntry service, Call call) {
        return service.ports().stream()
                .filter(port -> port.port() == call.port() && port.transport() == call.transport())
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Integer target(ServiceEntry.Port port, Replica replica) {
        return switch (port.targetPort()) {
            case TargetPort.Numbered(int number) -> number;
            case TargetPort.Named(String name) ->
                replica.ports().stream()
                        .filter(each -> each.name().equals(name) && each.transport() == port.transport())
                        .map(Replica.Port::port)
                        .findFirst()
                        .orElse(null);
        };
    }

    /** S48. What any Service says of a workload's port counts before what the workload says. */
    private boolean serverSpeaksHttp(Replica replica, int port) {
        List<ServiceEntry.Port> leading = state.services().values().stream()
                .filter(service -> selected(service).anyMatch(replica::equals))
                .flatMap(service -> service.ports().stream())
                .filter(each -> each.transport() == Transport.TCP
                        && Integer.valueOf(port).equals(target(each, replica)))
                .toList();
        return leading.isEmpty()
                ? replica.ports().stream()
                        .anyMatch(each -> each.transport() == Transport.TCP
                                && each.port() == port
                                && http(each.appProtocol(), each.name()))
                : leading.stream().anyMatch(ReferenceEvaluator::http);
    }

    private static boolean http(ServiceEntry.Port port) {
        return port.transport() == Transport.TCP && http(port.appProtocol(), port.name());
    }

    private static boolean http(@Nullable String appProtocol, String name) {
        return (appProtocol == null || appProtocol.isEmpty())
                ? name.matches("(http|http2|grpc)(-.*)?")
                : List.of("http", "http2", "grpc", "grpc-web", "ws", "h2c", "kubernetes.io/h2c", "kubernetes.io/ws")
                        .contains(appProtocol.toLowerCase(Locale.ROOT));
    }

    private Mode mode(String namespace) {
        NamespaceEntry entry = state.namespaces().get(namespace);
        String label = entry == null ? null : entry.labels().get("weir.io/mode");
        String written = entry == null ? null : entry.annotations().getOrDefault("weir.io/mode", label);
        return written == null ? mesh : written.equals("permissive") ? Mode.PERMISSIVE : Mode.DENY;
    }
}
