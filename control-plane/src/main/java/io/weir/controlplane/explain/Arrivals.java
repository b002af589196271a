package io.weir.controlplane.explain;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadPort;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What deny mode says of what arrived at a sidecar. */
final class Arrivals {

    private Arrivals() {}

    static Verdict judge(MeshModel model, Question.Arrival arrival) {
        Workload workload = model.workloads().get(arrival.destination());
        if (workload == null) {
            return new Verdict.Unavailable(null, arrival.destination() + " is no more");
        }
        Identity caller = arrival.caller();
        if (caller == null) {
            return new Verdict.Denied(
                    null,
                    Miss.PLAINTEXT,
                    arrival.plaintext()
                            ? "the caller has no sidecar: it comes in plaintext, which deny mode refuses"
                            : "the caller did not prove who it is");
        }
        WorkloadPort port = port(workload, arrival.port());
        AppProtocol protocol = port == null ? AppProtocol.TCP : port.protocol();
        Access access = new Access(
                caller,
                arrival.plaintext() ? Serving.Sidecar.ABSENT : Serving.Sidecar.PRESENT,
                protocol,
                HttpView.of(arrival.request(), arrival.request().path(), arrival.authority()));
        return access.judge(
                model, new Serving(workload.identity(), arrival.port(), protocol, Mode.DENY, Serving.Sidecar.PRESENT));
    }

    static @Nullable ServicePortKey service(MeshModel model, Question.Arrival arrival) {
        Workload workload = model.workloads().get(arrival.destination());
        WorkloadPort port = workload == null ? null : port(workload, arrival.port());
        if (workload == null || port == null) {
            return null;
        }
        SortedSet<ServicePortKey> leading = new TreeSet<>();
        model.endpoints().forEach((key, endpoints) -> {
            if (key.transport() == Transport.TCP && leads(endpoints, workload, port)) {
                leading.add(key);
            }
        });
        return leading.stream()
                .filter(key -> names(arrival.authority(), key))
                .findFirst()
                .orElseGet(() -> leading.isEmpty() ? null : leading.first());
    }

    private static boolean leads(List<Endpoint> endpoints, Workload workload, WorkloadPort port) {
        return endpoints.stream().anyMatch(endpoint -> Serving.isAt(endpoint, workload, port));
    }

    private static @Nullable WorkloadPort port(Workload workload, int number) {
        return workload.ports().stream()
                .filter(one -> one.port() == number && one.protocol().transport() == Transport.TCP)
                .findFirst()
                .orElse(null);
    }

    private static boolean names(String authority, ServicePortKey key) {
        String host = authority.split(":", 2)[0];
        String name = key.service().name();
        String full = name + "." + key.service().namespace();
        return host.equals(name) || host.equals(full) || host.startsWith(full + ".");
    }
}
