package io.weir.telemetry.dialect;

import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.telemetry.dialect.MetricTable.Metric;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.Traffic;

/** Open Service Mesh told of HTTP alone, at the client alone: a request that both ends told would count twice. */
final class OsmVocabulary implements Vocabulary {

    private static final Metric REQUESTS = new Metric("osm_request", "HTTP requests that have ended, told by clients");
    private static final Metric DURATION =
            new Metric("osm_request_duration_ms", "Milliseconds that requests took, told by clients");

    @Override
    public void tell(Edge edge, Traffic traffic, Lookup lookup, MetricTable table) {
        if (edge.reporter() != Reporter.SOURCE || edge.protocol() == Protocol.TCP) {
            return;
        }
        Labels.Builder builder = Labels.builder();
        party(builder, "source", edge.source());
        party(builder, "destination", edge.destination());
        Labels labels = builder.build();
        traffic.requests()
                .forEach((outcome, count) -> table.count(
                        REQUESTS, labels.add("response_code", Integer.toString(outcome.responseCode())), count));
        table.observe(DURATION, labels, traffic.latencies());
    }

    private static void party(Labels.Builder labels, String end, Party party) {
        Owner workload = party.workload();
        labels.label(end + "_namespace", known(party.namespace()))
                .label(
                        end + "_kind",
                        workload == null ? "unknown" : workload.kind().kind())
                .label(end + "_name", workload == null ? "unknown" : workload.name())
                .label(end + "_pod", known(party.pod()))
                .label(end + "_node", party.node());
    }

    private static String known(String value) {
        return value.isEmpty() ? "unknown" : value;
    }
}
