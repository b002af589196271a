package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.smi.wellknown.Tap;
import java.util.ArrayList;
import java.util.List;

/**
 * What a sidecar reports of what arrives at it, and of the requests that its app sends.
 *
 * @param sink the cluster of its bootstrap that takes reports; it is there unless telemetry is unavailable
 */
record Reporting(Observation observation, String sink) {

    Telemetry telemetry() {
        return observation.edges();
    }

    /** Loggers of requests that the app sends to a service port. */
    List<AccessLog> requestsTo(ServicePortKey service) {
        List<AccessLog> logs = new ArrayList<>(AccessLogs.requestsTo(service, observation));
        if (telemetry() != Telemetry.UNAVAILABLE) {
            logs.add(LiveLogs.requests(Tap.SOURCE_LOG, sink));
        }
        return logs;
    }

    /** Loggers of requests that the app sends beyond the proxy's scope: the service port is known by the cluster alone. */
    List<AccessLog> requestsBeyond() {
        List<AccessLog> logs = new ArrayList<>(AccessLogs.requestsBeyond(observation));
        if (telemetry() != Telemetry.UNAVAILABLE) {
            logs.add(LiveLogs.requests(Tap.SOURCE_LOG, sink));
        }
        return logs;
    }

    /** Loggers of requests to a port of the workload. */
    List<AccessLog> requestsAt(int port) {
        List<AccessLog> logs = new ArrayList<>(AccessLogs.requestsAt(port, observation));
        logs.addAll(EdgeLogs.wouldBeDeniedAt(port, telemetry()));
        if (telemetry() != Telemetry.UNAVAILABLE) {
            logs.add(SentLogs.requests(port, sink));
            logs.add(LiveLogs.requests(Tap.DESTINATION_LOG, sink));
        }
        return logs;
    }

    /** Loggers of connections to a port of the workload; {@code EdgeStats.UNDECLARED_PORT} for one that nobody declared. */
    List<AccessLog> connectionsAt(int port) {
        return AccessLogs.connectionsAt(port, observation);
    }

    /** The same, where the chain has an RBAC filter that has its rules in shadow too. */
    List<AccessLog> judgedConnectionsAt(int port) {
        List<AccessLog> logs = new ArrayList<>(connectionsAt(port));
        if (telemetry() != Telemetry.UNAVAILABLE) {
            logs.add(SentLogs.connections(port, sink));
        }
        return logs;
    }
}
