package io.weir.telemetry.ingest;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.metrics.v3.MetricsServiceGrpc;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsMessage;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.server.NodeClaim;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Envoy's metrics service. Who reports is who opened the stream; a node id of our form that names another is refused. Each
 * sidecar has one stream: a second one ends the first, which is what is left of a lost connection.
 */
public final class MetricsReceiver extends MetricsServiceGrpc.MetricsServiceImplBase {

    private static final Logger log = LoggerFactory.getLogger(MetricsReceiver.class);
    private static final Pattern WORKLOAD = Pattern.compile("[^/]+/[^/]+");

    private final Intake intake;
    private final InstantSource clock;
    private final Map<WorkloadKey, Stream> streams = new HashMap<>();

    public MetricsReceiver(Intake intake, InstantSource clock) {
        this.intake = intake;
        this.clock = clock;
    }

    @Override
    public StreamObserver<StreamMetricsMessage> streamMetrics(StreamObserver<StreamMetricsResponse> answers) {
        ProxyCredential caller = ProxyEndpoint.CALLER.get();
        if (caller == null) {
            throw new IllegalStateException("a stream of nobody: the receiver is served as a ProxyEndpoint only");
        }
        ProxyIdentity sidecar = caller.identity();
        Stream stream;
        Stream former;
        synchronized (streams) {
            former = streams.get(sidecar.workloadKey());
            if (former != null) {
                former.reports.closed();
            }
            stream = new Stream(sidecar, intake.opened(sidecar), answers);
            streams.put(sidecar.workloadKey(), stream);
        }
        // A call that the server ends, as with its credential, tells the observer of requests nothing.
        ServerCallStreamObserver<StreamMetricsResponse> call =
                (ServerCallStreamObserver<StreamMetricsResponse>) answers;
        call.setOnCloseHandler(stream::leave);
        call.setOnCancelHandler(stream::leave);
        if (former != null) {
            former.end(Status.ABORTED.withDescription("the sidecar has opened another stream"));
        }
        return stream;
    }

    private final class Stream implements StreamObserver<StreamMetricsMessage> {

        private final ProxyIdentity sidecar;
        private final Intake.Reports reports;
        private final StreamObserver<StreamMetricsResponse> answers;
        private boolean over;

        Stream(ProxyIdentity sidecar, Intake.Reports reports, StreamObserver<StreamMetricsResponse> answers) {
            this.sidecar = sidecar;
            this.reports = reports;
            this.answers = answers;
        }

        @Override
        public void onNext(StreamMetricsMessage message) {
            Node node = message.getIdentifier().getNode();
            String id = node.getId();
            if (WORKLOAD.matcher(id).matches()
                    && !id.equals(sidecar.workloadKey().toString())) {
                log.warn("metrics denied: proxy={} reports for another workload", sidecar.workloadKey());
                leave();
                end(Status.PERMISSION_DENIED.withDescription("the node id names another workload"));
                return;
            }
            // An Envoy lists its extensions with what it says first, and is given loggers by the same rule.
            if (node.getExtensionsCount() > 0 && NodeClaim.of(node).telemetry() != Telemetry.EDGES) {
                reports.cannotCount();
            }
            PushReader.Read read = PushReader.read(message.getEnvoyMetricsList(), clock.instant());
            if (isCurrent()) {
                reports.pushed(read.push(), read.unreadable());
            }
        }

        @Override
        public void onError(Throwable failure) {
            log.debug("metrics stream ended: proxy={}", sidecar.workloadKey(), failure);
            leave();
        }

        @Override
        public void onCompleted() {
            leave();
            synchronized (this) {
                if (!over) {
                    over = true;
                    answers.onNext(StreamMetricsResponse.getDefaultInstance());
                    answers.onCompleted();
                }
            }
        }

        private boolean isCurrent() {
            synchronized (streams) {
                return streams.get(sidecar.workloadKey()) == this;
            }
        }

        private void leave() {
            synchronized (streams) {
                if (streams.remove(sidecar.workloadKey(), this)) {
                    reports.closed();
                }
            }
        }

        synchronized void end(Status status) {
            if (!over) {
                over = true;
                answers.onError(status.asRuntimeException());
            }
        }
    }
}
