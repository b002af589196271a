package io.weir.telemetry.dialect;

import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.dialect.MetricTable.Metric;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.Traffic;

/**
 * As Linkerd's proxies tell of themselves (linkerd.io, reference, proxy metrics): the direction says which end it was, labels
 * without a prefix are its own, {@code dst_} those of whom it called. {@code src_} is ours: Linkerd names no callers, but a
 * series must not sum over them.
 */
final class LinkerdVocabulary implements Vocabulary {

    private static final Metric REQUESTS =
            new Metric("request", "HTTP and gRPC requests, counted when they have ended");
    private static final Metric RESPONSES = new Metric("response", "HTTP and gRPC responses that have ended");
    private static final Metric LATENCY =
            new Metric("response_latency_ms", "Milliseconds until the whole response was sent");
    private static final Metric OPENED = new Metric("tcp_open", "TCP connections, counted when they have ended");
    private static final Metric CLOSED = new Metric("tcp_close", "TCP connections that have ended");
    private static final Metric READ = new Metric("tcp_read_bytes", "Bytes read from the peer, of ended connections");
    private static final Metric WRITTEN =
            new Metric("tcp_write_bytes", "Bytes written to the peer, of ended connections");

    @Override
    public void tell(Edge edge, Traffic traffic, Lookup lookup, MetricTable table) {
        Labels labels = labels(edge, lookup);
        if (edge.protocol() == Protocol.TCP) {
            tcp(labels.add("peer", "src"), traffic, traffic.sentBytes(), traffic.receivedBytes(), table);
            tcp(labels.add("peer", "dst"), traffic, traffic.receivedBytes(), traffic.sentBytes(), table);
            return;
        }
        table.count(REQUESTS, labels, traffic.latencies().count());
        traffic.requests().forEach((outcome, count) -> table.count(RESPONSES, labels.merge(ending(outcome)), count));
        table.observe(LATENCY, labels, traffic.latencies());
    }

    private static void tcp(Labels labels, Traffic traffic, long read, long written, MetricTable table) {
        table.count(OPENED, labels, traffic.connections());
        table.count(CLOSED, labels, traffic.connections());
        table.count(READ, labels, read);
        table.count(WRITTEN, labels, written);
    }

    private static Labels ending(Outcome outcome) {
        return Labels.of(
                "classification", outcome.success() ? "success" : "failure",
                "status_code", Integer.toString(outcome.responseCode()),
                "grpc_status", outcome.grpcStatus() == Outcome.NOT_GRPC ? "" : Integer.toString(outcome.grpcStatus()));
    }

    private static Labels labels(Edge edge, Lookup lookup) {
        boolean inbound = edge.reporter() == Reporter.DESTINATION;
        // What was asked for: at the source the service, not the backend that a split chose.
        ServiceKey asked = edge.service() == null ? lookup.reached(edge) : edge.service();
        Labels.Builder labels = Labels.builder()
                .label("direction", inbound ? "inbound" : "outbound")
                .label("authority", asked == null ? "" : lookup.names().host(asked))
                .label("tls", edge.mtls() ? "true" : "no_identity");
        party(labels, "", edge.self());
        party(labels, inbound ? "src_" : "dst_", edge.peer());
        ServiceKey reached = lookup.reached(edge);
        if (!inbound && reached != null) {
            labels.label("dst_service", reached.name());
        }
        return labels.build();
    }

    private static void party(Labels.Builder labels, String prefix, Party party) {
        labels.label(prefix + "namespace", party.namespace())
                .label(prefix + "pod", party.pod())
                .label(prefix + "node", party.node());
        Owner workload = party.workload();
        if (workload == null) {
            return;
        }
        switch (workload.kind()) {
            case DEPLOYMENT -> labels.label(prefix + "deployment", workload.name());
            case DAEMON_SET -> labels.label(prefix + "daemonset", workload.name());
            case STATEFUL_SET -> labels.label(prefix + "statefulset", workload.name());
            case REPLICA_SET -> labels.label(prefix + "replicaset", workload.name());
            case REPLICATION_CONTROLLER -> labels.label(prefix + "replicationcontroller", workload.name());
            case JOB -> labels.label(prefix + "k8s_job", workload.name());
            // A pod on its own has its label already; the others own no pods.
            case POD, NAMESPACE, NODE, SERVICE, TRAFFIC_SPLIT -> {}
        }
    }
}
