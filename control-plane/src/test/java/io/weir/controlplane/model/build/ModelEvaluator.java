package io.weir.controlplane.model.build;

import com.google.re2j.Pattern;
import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.WeightedBackend;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.reference.Call;
import io.weir.controlplane.reference.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a proxy that follows the model would do with a call. */
record ModelEvaluator(MeshModel model) {

    Outcome evaluate(Call call) {
        ServicePortKey key = new ServicePortKey(call.service(), call.port(), call.transport());
        ObjectRef own = new ObjectRef(
                "Service", call.service().namespace(), call.service().name());
        RouteRule rule = call.source() == null
                ? new RouteRule(own, List.of(), List.of(new WeightedBackend(key, 1)))
                : model.routes().get(key).rules().stream()
                        .filter(each -> each.matches().isEmpty() || matches(each.matches(), call))
                        .findFirst()
                        .orElseThrow();
        double total =
                rule.backends().stream().mapToDouble(WeightedBackend::weight).sum();
        Map<ServiceKey, Double> shares = new HashMap<>();
        Map<ServiceKey, Set<Outcome.Served>> served = new HashMap<>();
        for (WeightedBackend backend : rule.backends()) {
            shares.put(backend.target().service(), backend.weight() / total);
            served.put(backend.target().service(), served(backend.target(), call));
        }
        return new Outcome(shares, served);
    }

    private Set<Outcome.Served> served(ServicePortKey target, Call call) {
        Set<Outcome.Served> served = new HashSet<>();
        for (Endpoint endpoint : model.endpoints().get(target)) {
            int found = 0;
            for (Workload workload : model.workloads().values()) {
                for (WorkloadPort port : workload.ports()) {
                    if (port.protocol().transport() == target.transport() && at(endpoint, workload, port)) {
                        served.add(new Outcome.Served(workload.identity(), allowed(workload, port, call)));
                        found++;
                    }
                }
            }
            if (found != 1) {
                throw new IllegalStateException(found + " workload ports at " + endpoint);
            }
        }
        return served;
    }

    private static boolean at(Endpoint endpoint, Workload workload, WorkloadPort port) {
        if (endpoint.mtls() != workload.meshed()) {
            return false;
        }
        return endpoint.mtls()
                ? endpoint.address().equals(port.bindAddress()) && endpoint.port() == port.bindPort()
                : endpoint.address().equals(port.appAddress()) && endpoint.port() == port.appPort();
    }

    private boolean allowed(Workload workload, WorkloadPort port, Call call) {
        if (!workload.meshed() || workload.mode() == Mode.PERMISSIVE) {
            return true;
        }
        return call.source() != null
                && model.grants().getOrDefault(workload.identity(), List.of()).stream()
                        .filter(grant -> grant.sources().contains(call.source()))
                        .filter(grant -> grant.ports().covers(port.port()))
                        .anyMatch(grant -> switch (grant) {
                            case Grant.Http http ->
                                port.protocol() == AppProtocol.HTTP && matches(http.matches(), call);
                            case Grant.Stream _ -> port.protocol() != AppProtocol.UDP;
                            case Grant.Datagram _ -> port.protocol() == AppProtocol.UDP;
                        });
    }

    private static boolean matches(List<RequestMatch> matches, Call call) {
        return matches.stream().anyMatch(match -> {
            boolean path = match.pathRegex() == null || Pattern.matches(match.pathRegex(), call.path());
            boolean method = match.methods().isEmpty() || match.methods().contains(call.method());
            boolean headers = match.headers().stream().allMatch(header -> {
                String value = call.headers().get(header.name().equals(":authority") ? "host" : header.name());
                return value != null && Pattern.matches(header.regex(), value);
            });
            return path && method && headers;
        });
    }
}
