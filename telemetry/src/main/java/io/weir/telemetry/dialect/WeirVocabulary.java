package io.weir.telemetry.dialect;

import io.prometheus.metrics.model.snapshots.Labels;
import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.dialect.MetricTable.Metric;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Our own names; docs/prometheus.md lists them. What isn't known is empty, which to Prometheus is no label. */
final class WeirVocabulary implements Vocabulary {

    private static final Metric REQUESTS = new Metric(WeirNames.REQUESTS, "HTTP and gRPC requests that have ended");
    private static final Metric DURATION =
            new Metric(WeirNames.DURATION, "Milliseconds from the first byte of a request to the last of its response");
    private static final Metric CONNECTIONS = new Metric(WeirNames.CONNECTIONS, "TCP connections that have ended");
    private static final Metric WOULD_BE_DENIED = new Metric(
            WeirNames.WOULD_BE_DENIED,
            "HTTP and gRPC requests that passed and that deny mode would have refused; told by the destination");
    private static final Metric SENT =
            new Metric(WeirNames.SENT, "Bytes of ended TCP connections, from the source to the destination");
    private static final Metric RECEIVED =
            new Metric(WeirNames.RECEIVED, "Bytes of ended TCP connections, from the destination to the source");

    private static final Metric SILENT = new Metric(
            WeirNames.SILENT, "1 for a pod whose sidecar should report and does not: its zeros mean nothing");

    private static final Metric CLOCK = new Metric(WeirNames.CLOCK, "What the aggregator takes for the present time");
    private static final Metric STARTED = new Metric(WeirNames.STARTED, "When the aggregator began to count");
    private static final Metric TOLD =
            new Metric(WeirNames.TOLD, "Until when every sidecar that reports has told; 0 while one of them is late");
    private static final Metric TOLD_BY_ALL =
            new Metric(WeirNames.TOLD_BY_ALL, "Until when every sidecar has told, those too that have fallen silent");
    private static final Metric LOST = new Metric(
            WeirNames.LOST, "Before which something happened that nobody counts; 0 if there is no such time");
    private static final Metric SILENCES =
            new Metric(WeirNames.SILENCES, "Sidecars that were silent, and then told of the time between");

    @Override
    public void covered(Coverage coverage, MetricTable table) {
        Labels labels = Labels.of(WeirNames.AGGREGATOR, coverage.aggregator());
        table.gauge(CLOCK, labels, seconds(coverage.now()));
        table.gauge(STARTED, labels, seconds(coverage.started()));
        table.gauge(TOLD, labels, seconds(coverage.told()));
        table.gauge(TOLD_BY_ALL, labels, seconds(coverage.toldByAll()));
        table.gauge(LOST, labels, seconds(coverage.lost()));
        table.count(SILENCES, labels, coverage.silences());
    }

    private static double seconds(@Nullable Instant time) {
        return time == null ? 0 : time.toEpochMilli() / 1000.0;
    }

    @Override
    public void silent(Party pod, MetricTable table) {
        table.one(
                SILENT,
                Labels.of(
                        WeirNames.NAMESPACE,
                        pod.namespace(),
                        WeirNames.KIND,
                        kind(pod),
                        WeirNames.WORKLOAD,
                        workload(pod),
                        WeirNames.POD,
                        pod.pod()));
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
                WeirNames.RESPONSE_CODE,
                Integer.toString(outcome.responseCode()),
                WeirNames.GRPC_STATUS,
                outcome.grpcStatus() == Outcome.NOT_GRPC ? "" : Integer.toString(outcome.grpcStatus()));
    }

    private static Labels labels(Edge edge, Lookup lookup) {
        ServiceKey service = edge.service();
        ServiceKey backend = edge.backend();
        Party destination = edge.destination();
        // A call of a service without endpoints ends nowhere, and yet was of that namespace.
        String namespace =
                destination.namespace().isEmpty() && service != null ? service.namespace() : destination.namespace();
        Labels.Builder labels = Labels.builder()
                .label(WeirNames.REPORTER, edge.reporter().name().toLowerCase(Locale.ROOT))
                .label(WeirNames.DESTINATION_SERVICE, service == null ? "" : service.name())
                .label(WeirNames.SPLIT, lookup.split(edge))
                .label(WeirNames.BACKEND, backend == null ? "" : backend.name())
                .label(WeirNames.PROTOCOL, edge.protocol().name().toLowerCase(Locale.ROOT))
                .label(WeirNames.MTLS, Boolean.toString(edge.mtls()));
        end(labels, WeirNames.SOURCE, edge.source().namespace(), edge.source());
        end(labels, WeirNames.DESTINATION, namespace, destination);
        return labels.build();
    }

    private static void end(Labels.Builder labels, String which, String namespace, Party party) {
        labels.label(which + WeirNames.NAMESPACE, namespace)
                .label(which + WeirNames.KIND, kind(party))
                .label(which + WeirNames.WORKLOAD, workload(party))
                .label(which + WeirNames.REPLICA_SET, replicaSet(party))
                .label(which + WeirNames.POD, party.pod())
                .label(which + WeirNames.NODE, party.node())
                .label(which + WeirNames.SERVICE_ACCOUNT, party.serviceAccount());
    }

    /** What stands between a pod and its workload; the workload itself is not told once more. */
    private static String replicaSet(Party party) {
        return party.owners().stream()
                .filter(owner -> owner.kind() == ResourceKind.REPLICA_SET && !owner.equals(party.workload()))
                .map(Owner::name)
                .findFirst()
                .orElse("");
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
