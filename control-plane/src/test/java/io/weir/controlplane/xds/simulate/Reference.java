package io.weir.controlplane.xds.simulate;

import com.google.re2j.Pattern;
import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.xds.simulate.Simulation.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the rules S1 to S48 say about a call, straight from the model: no Envoy, no policy, no translation. */
final class Reference {

    private Reference() {}

    /**
     * @param call null: a TCP connection
     */
    static Map<Outcome, Double> outcomes(MeshModel mesh, Identity caller, ServicePortKey to, @Nullable Call call) {
        Call seen =
                call == null ? null : call.path(Paths.merged(Paths.normalised(Paths.unescapedSlashes(call.path()))));
        RouteRule rule = mesh.routes().get(to).rules().stream()
                .filter(one -> one.matches().isEmpty()
                        || (seen != null && one.matches().stream().anyMatch(match -> matches(match, seen))))
                .findFirst()
                .orElseThrow();
        Map<Outcome, Double> outcomes = new TreeMap<>();
        int total = rule.backends().stream().mapToInt(WeightedBackend::weight).sum();
        if (total == 0) {
            outcomes.put(new Outcome("outbound/" + to, call == null ? 0 : 503), 1.0);
        }
        for (WeightedBackend backend : rule.backends()) {
            List<Endpoint> endpoints = mesh.endpoints().getOrDefault(backend.target(), List.of());
            double share = (double) backend.weight() / total;
            String cluster = "outbound/" + backend.target();
            if (endpoints.isEmpty()) {
                outcomes.merge(new Outcome(cluster, call == null ? 0 : 503), share, Double::sum);
            }
            for (Endpoint endpoint : endpoints) {
                boolean allowed = !endpoint.mtls() || allowed(mesh, caller, endpoint, seen);
                int status = allowed ? 200 : call == null ? 0 : 403;
                outcomes.merge(new Outcome(cluster, status), share / endpoints.size(), Double::sum);
            }
        }
        return outcomes;
    }

    private static boolean allowed(MeshModel mesh, Identity caller, Endpoint endpoint, @Nullable Call call) {
        for (Workload server : mesh.workloads().values()) {
            for (WorkloadPort port : server.ports()) {
                if (port.bindAddress().equals(endpoint.address()) && port.bindPort() == endpoint.port()) {
                    return server.mode() == Mode.PERMISSIVE
                            || mesh.grants().getOrDefault(server.identity(), List.of()).stream()
                                    .anyMatch(grant -> grants(grant, caller, port, call));
                }
            }
        }
        throw new IllegalStateException("nobody listens at " + endpoint);
    }

    /**
     * What is tried out says of a request to a port: in permissive mode the rules in force, in deny mode those and the ones under
     * audit; null where that is nothing.
     */
    static @Nullable Boolean shadow(MeshModel mesh, Identity caller, Workload server, WorkloadPort port, Call call) {
        Call seen = call.path(Paths.merged(Paths.normalised(Paths.unescapedSlashes(call.path()))));
        boolean inForce = anyGrants(mesh.grants(), caller, server, port, seen);
        if (server.mode() == Mode.PERMISSIVE) {
            return inForce;
        }
        boolean audited = mesh.audited().getOrDefault(server.identity(), List.of()).stream()
                .anyMatch(grant -> grant.ports().covers(port.port()));
        return audited ? inForce || anyGrants(mesh.audited(), caller, server, port, seen) : null;
    }

    private static boolean anyGrants(
            Map<Identity, List<Grant>> all, Identity caller, Workload server, WorkloadPort port, Call call) {
        return all.getOrDefault(server.identity(), List.of()).stream()
                .anyMatch(grant -> grants(grant, caller, port, call));
    }

    private static boolean grants(Grant grant, Identity caller, WorkloadPort port, @Nullable Call call) {
        if (!grant.sources().contains(caller) || !grant.ports().covers(port.port())) {
            return false;
        }
        return switch (grant) {
            case Grant.Http http ->
                call != null
                        && port.protocol() == AppProtocol.HTTP
                        && http.matches().stream().anyMatch(match -> matches(match, call));
            case Grant.Stream _ -> true;
            case Grant.Datagram _ -> false;
        };
    }

    private static boolean matches(RequestMatch match, Call call) {
        return (match.pathRegex() == null || Pattern.matches(match.pathRegex(), Paths.withoutQuery(call.path())))
                && (match.methods().isEmpty() || match.methods().contains(call.method()))
                && match.headers().stream().allMatch(header -> {
                    String value = call.header(header.name());
                    return value != null && Pattern.matches(header.regex(), value);
                });
    }
}
