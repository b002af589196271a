package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import java.util.ArrayList;
import java.util.List;

/** Everybody who is told of a listener's requests or connections when they end. */
final class AccessLogs {

    private AccessLogs() {}

    /** Of requests that an app sends to a service port. */
    static List<AccessLog> requestsTo(ServicePortKey service, Observation observation) {
        return all(EdgeLogs.requestsTo(service, observation.edges()), Otlp.requestsTo(service, observation));
    }

    /** Of requests that an app sends beyond the proxy's scope. */
    static List<AccessLog> requestsBeyond(Observation observation) {
        return all(EdgeLogs.requestsBeyond(observation.edges()), Otlp.requestsBeyond(observation));
    }

    /** Of connections that an app opens to a service port. */
    static List<AccessLog> connectionsTo(ServicePortKey service, Observation observation) {
        return all(EdgeLogs.connectionsTo(service, observation.edges()), Otlp.connectionsTo(service, observation));
    }

    /** Of requests that arrive at a port of the workload. */
    static List<AccessLog> requestsAt(int port, Observation observation) {
        return all(EdgeLogs.requestsAt(port, observation.edges()), Otlp.requestsAt(port, observation));
    }

    /** Of connections that arrive at a port of the workload. */
    static List<AccessLog> connectionsAt(int port, Observation observation) {
        return all(EdgeLogs.connectionsAt(port, observation.edges()), Otlp.connectionsAt(port, observation));
    }

    private static List<AccessLog> all(List<AccessLog> counting, List<AccessLog> exporting) {
        List<AccessLog> logs = new ArrayList<>(counting);
        logs.addAll(exporting);
        return logs;
    }
}
