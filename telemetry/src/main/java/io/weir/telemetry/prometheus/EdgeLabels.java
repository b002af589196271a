package io.weir.telemetry.prometheus;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.dialect.WeirNames;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From the labels of a series in dialect weir back to what they say. What is empty is not there. */
final class EdgeLabels {

    private EdgeLabels() {}

    /** @throws IllegalArgumentException if they are another version's */
    static Edge edge(Map<String, String> labels) {
        Reporter reporter = Reporter.valueOf(value(labels, WeirNames.REPORTER).toUpperCase(Locale.ROOT));
        String namespace = value(labels, WeirNames.DESTINATION + WeirNames.NAMESPACE);
        String service = value(labels, WeirNames.DESTINATION_SERVICE);
        Party destination = party(labels, WeirNames.DESTINATION);
        // The namespace of a call that reached nobody is its service's.
        boolean nobody = !service.isEmpty()
                && destination.pod().isEmpty()
                && destination.serviceAccount().isEmpty();
        return new Edge(
                reporter,
                party(labels, WeirNames.SOURCE),
                nobody ? Party.UNKNOWN : destination,
                service(namespace, service),
                service(namespace, value(labels, WeirNames.BACKEND)),
                Protocol.valueOf(value(labels, WeirNames.PROTOCOL).toUpperCase(Locale.ROOT)),
                Boolean.parseBoolean(value(labels, WeirNames.MTLS)));
    }

    /** Of a request. */
    static Outcome outcome(Map<String, String> labels) {
        String grpc = value(labels, WeirNames.GRPC_STATUS);
        return new Outcome(
                Integer.parseInt(value(labels, WeirNames.RESPONSE_CODE)),
                grpc.isEmpty() ? Outcome.NOT_GRPC : Integer.parseInt(grpc));
    }

    private static @Nullable ServiceKey service(String namespace, String name) {
        return name.isEmpty() ? null : new ServiceKey(namespace, name);
    }

    private static Party party(Map<String, String> labels, String which) {
        String pod = value(labels, which + WeirNames.POD);
        String workload = value(labels, which + WeirNames.WORKLOAD);
        String replicaSet = value(labels, which + WeirNames.REPLICA_SET);
        List<Owner> owners = new ArrayList<>();
        if (!replicaSet.isEmpty()) {
            owners.add(new Owner(ResourceKind.REPLICA_SET, replicaSet));
        }
        if (!workload.isEmpty()) {
            Owner owner = new Owner(kind(value(labels, which + WeirNames.KIND)), workload);
            // A pod on its own is its own workload.
            if (owner.kind() != ResourceKind.POD) {
                owners.add(owner);
            }
        }
        return new Party(
                value(labels, which + WeirNames.NAMESPACE),
                pod,
                value(labels, which + WeirNames.SERVICE_ACCOUNT),
                owners,
                value(labels, which + WeirNames.NODE));
    }

    private static ResourceKind kind(String name) {
        return Arrays.stream(ResourceKind.values())
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no kind '" + name + "'"));
    }

    private static String value(Map<String, String> labels, String name) {
        return labels.getOrDefault(name, "");
    }
}
