package io.weir.telemetry.dialect;

import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.dialect.MetricTable.Metric;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.Traffic;
import java.util.Locale;

/** Our own names; docs/prometheus.md lists them. What isn't known is empty, which to Prometheus is no label. */
final class WeirVocabulary implements Vocabulary {

    private static final Metric REQUESTS = new Metric("weir_requests", "HTTP and gRPC requests that have ended");
    private static final Metric WOULD_BE_DENIED = new Metric(
            "weir_requests_would_be_denied",
            "HTTP and gRPC requests that passed and that deny mode would have refused; told by the destination");
    private static final Metric DURATION = new Metric(
            "weir_request_duration_ms", "Milliseconds from the first byte of a request to the last of its response");
    private static final Metric CONNECTIONS = new Metric("weir_tcp_connections", "TCP connections that have ended");
    private static final Metric SENT =
            new Metric("weir_tcp_sent_bytes", "Bytes of ended TCP connections, from the source to the destination");
    private static final Metric RECEIVED =
            new Metric("weir_tcp_received_bytes", "Bytes of ended TCP connections, from the destination to the source");

    private static final Metric SILENT = new Metric(
            "weir_sidecar_silent", "1 for a pod whose sidecar should report and does not: its zeros mean nothing");

    @Override
    public void silent(Party pod, MetricTable table) {
        table.one(
                SILENT,
                Labels.of(
                        "namespace", pod.namespace(), "kind", kind(pod), "workload", workload(pod), "pod", pod.pod()));
    }

    @Override
    public void tell(Edge edge, Traffic traffic, Lookup lookup, MetricTable table) {
        Labels labels = labels(edge, lookup);
        if (edge.protocol() == Protocol.TCP) {
            table.count(CONNECTIONS, labels, traffic.connections());
            table.count(SENT, labels, traffic.sentBytes());
            table.count(RECEIVED, labels, traffic.receivedBytes());
            return;
        }
        traffic.requests().forEach((outcome, count) -> table.count(REQUESTS, labels.merge(ending(outcome)), count));
        if (traffic.wouldBeDenied() > 0) {
            table.count(WOULD_BE_DENIED, labels, traffic.wouldBeDenied());
        }
        table.observe(DURATION, labels, traffic.latencies());
    }

    private static Labels ending(Outcome outcome) {
        return Labels.of(
                "response_code",
                Integer.toString(outcome.responseCode()),
                "grpc_status",
                outcome.grpcStatus() == Outcome.NOT_GRPC ? "" : Integer.toString(outcome.grpcStatus()));
    }

    private static Labels labels(Edge edge, Lookup lookup) {
        ServiceKey service = edge.service();
        ServiceKey backend = edge.backend();
        Party destination = edge.destination();
        // A call of a service without endpoints ends nowhere, and yet was of that namespace.
        String namespace =
                destination.namespace().isEmpty() && service != null ? service.namespace() : destination.namespace();
        return Labels.builder()
                .label("reporter", edge.reporter().name().toLowerCase(Locale.ROOT))
                .label("source_namespace", edge.source().namespace())
                .label("source_kind", kind(edge.source()))
                .label("source_workload", workload(edge.source()))
                .label("source_pod", edge.source().pod())
                .label("source_node", edge.source().node())
                .label("destination_namespace", namespace)
                .label("destination_kind", kind(destination))
                .label("destination_workload", workload(destination))
                .label("destination_pod", destination.pod())
                .label("destination_node", destination.node())
                .label("destination_service", service == null ? "" : service.name())
                .label("split", lookup.split(edge))
                .label("backend", backend == null ? "" : backend.name())
                .label("protocol", edge.protocol().name().toLowerCase(Locale.ROOT))
                .label("mtls", Boolean.toString(edge.mtls()))
                .build();
    }

    private static String kind(Party party) {
        Owner workload = party.workload();
        return workload == null ? "" : workload.kind().kind();
    }

    private static String workload(Party party) {
        Owner workload = party.workload();
        return workload == null ? "" : workload.name();
    }
}
