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
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Istio's standard metrics (istio.io, reference, config, metrics), which Kiali reads too. Both ends tell, and {@code reporter}
 * says which. The pods of both and their nodes are named besides, which Istio leaves to the scraper.
 */
final class IstioVocabulary implements Vocabulary {

    private static final String UNKNOWN = "unknown";

    private static final Metric REQUESTS = new Metric("istio_requests", "HTTP and gRPC requests that have ended");
    private static final Metric DURATION =
            new Metric("istio_request_duration_milliseconds", "Milliseconds that requests took");
    private static final Metric OPENED =
            new Metric("istio_tcp_connections_opened", "TCP connections, counted when they have ended");
    private static final Metric CLOSED = new Metric("istio_tcp_connections_closed", "TCP connections that have ended");
    // Istio's words are those of the destination: sent is what was sent in response.
    private static final Metric SENT =
            new Metric("istio_tcp_sent_bytes", "Bytes that destinations sent, of ended connections");
    private static final Metric RECEIVED =
            new Metric("istio_tcp_received_bytes", "Bytes that destinations received, of ended connections");

    @Override
    public void tell(Edge edge, Traffic traffic, Lookup lookup, MetricTable table) {
        Labels labels = labels(edge, lookup);
        if (edge.protocol() == Protocol.TCP) {
            Labels tcp = labels.add("response_flags", "-");
            table.count(OPENED, tcp, traffic.connections());
            table.count(CLOSED, tcp, traffic.connections());
            table.count(SENT, tcp, traffic.receivedBytes());
            table.count(RECEIVED, tcp, traffic.sentBytes());
            return;
        }
        traffic.requests().forEach((outcome, count) -> table.count(REQUESTS, labels.merge(ending(outcome)), count));
        table.observe(DURATION, labels, traffic.latencies());
    }

    /** Envoy's response flags are not counted: they would multiply the series. */
    private static Labels ending(Outcome outcome) {
        return Labels.of(
                "response_code",
                Integer.toString(outcome.responseCode()),
                "response_flags",
                "-",
                "grpc_response_status",
                outcome.grpcStatus() == Outcome.NOT_GRPC ? "" : Integer.toString(outcome.grpcStatus()));
    }

    private static Labels labels(Edge edge, Lookup lookup) {
        Labels.Builder labels = Labels.builder()
                .label("reporter", edge.reporter().name().toLowerCase(Locale.ROOT))
                .label("request_protocol", edge.protocol().name().toLowerCase(Locale.ROOT))
                .label("connection_security_policy", security(edge));
        party(labels, "source", edge.source(), edge, lookup);
        party(labels, "destination", edge.destination(), edge, lookup);
        ServiceKey reached = lookup.reached(edge);
        return labels.label(
                        "destination_service",
                        reached == null ? UNKNOWN : lookup.names().host(reached))
                .label("destination_service_name", reached == null ? UNKNOWN : reached.name())
                .label("destination_service_namespace", reached == null ? UNKNOWN : reached.namespace())
                .build();
    }

    /** Only the destination's word counts; a source says unknown. */
    private static String security(Edge edge) {
        if (edge.reporter() == Reporter.SOURCE) {
            return UNKNOWN;
        }
        return edge.mtls() ? "mutual_tls" : "none";
    }

    private static void party(Labels.Builder labels, String end, Party party, Edge edge, Lookup lookup) {
        Owner workload = party.workload();
        String name = workload == null ? UNKNOWN : workload.name();
        Map<String, String> pod = lookup.podLabels(party);
        boolean proven = edge.mtls() && !party.serviceAccount().isEmpty();
        labels.label(end + "_workload", name)
                .label(end + "_workload_namespace", party.namespace().isEmpty() ? UNKNOWN : party.namespace())
                .label(end + "_principal", proven ? lookup.names().principal(party) : UNKNOWN)
                .label(end + "_app", first(pod, UNKNOWN, "app", "app.kubernetes.io/name"))
                .label(end + "_version", first(pod, UNKNOWN, "version", "app.kubernetes.io/version"))
                .label(
                        end + "_canonical_service",
                        first(pod, name, "service.istio.io/canonical-name", "app.kubernetes.io/name", "app"))
                .label(
                        end + "_canonical_revision",
                        first(
                                pod,
                                workload == null ? UNKNOWN : "latest",
                                "service.istio.io/canonical-revision",
                                "app.kubernetes.io/version",
                                "version"))
                .label(end + "_cluster", workload == null ? UNKNOWN : "Kubernetes")
                .label(end + "_pod", party.pod().isEmpty() ? UNKNOWN : party.pod())
                .label(end + "_node", party.node());
    }

    private static String first(Map<String, String> labels, String otherwise, String... keys) {
        return Stream.of(keys)
                .filter(labels::containsKey)
                .map(labels::get)
                .findFirst()
                .orElse(otherwise);
    }
}
