package io.weir.telemetry.ingest;

import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.smi.wellknown.SentLog;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Envoy's access log service. Who logs is who opened the stream; a node id of our form that names another is refused. An Envoy
 * opens a stream for each log and each of its worker threads; there is a limit to how many.
 */
public final class AccessLogReceiver extends AccessLogServiceGrpc.AccessLogServiceImplBase {

    /** Of one sidecar; more are refused. */
    static final int MOST_STREAMS = 64;

    private static final Logger log = LoggerFactory.getLogger(AccessLogReceiver.class);
    private static final Pattern WORKLOAD = Pattern.compile("[^/]+/[^/]+");

    private final LogIntake intake;
    private final LiveLog live;
    private final InstantSource clock;
    private final Map<WorkloadKey, Integer> streams = new HashMap<>();

    /**
     * @param intake of what arrived at ports
     * @param live what takes other logs
     */
    public AccessLogReceiver(LogIntake intake, LiveLog live, InstantSource clock) {
        this.intake = intake;
        this.live = live;
        this.clock = clock;
    }

    @Override
    public StreamObserver<StreamAccessLogsMessage> streamAccessLogs(StreamObserver<StreamAccessLogsResponse> answers) {
        ProxyCredential caller = ProxyEndpoint.CALLER.get();
        if (caller == null) {
            throw new IllegalStateException("a stream of nobody: the receiver is served as a ProxyEndpoint only");
        }
        ProxyIdentity sidecar = caller.identity();
        Stream stream = new Stream(sidecar, answers);
        // A call that the server ends, as with its credential, tells the observer of requests nothing.
        ServerCallStreamObserver<StreamAccessLogsResponse> call =
                (ServerCallStreamObserver<StreamAccessLogsResponse>) answers;
        call.setOnCloseHandler(stream::leave);
        call.setOnCancelHandler(stream::leave);
        synchronized (streams) {
            if (streams.merge(sidecar.workloadKey(), 1, Integer::sum) <= MOST_STREAMS) {
                return stream;
            }
        }
        log.warn("access log denied: proxy={} has {} streams", sidecar.workloadKey(), MOST_STREAMS);
        stream.end(Status.RESOURCE_EXHAUSTED.withDescription("too many access log streams of one sidecar"));
        return stream;
    }

    private final class Stream implements StreamObserver<StreamAccessLogsMessage> {

        private final ProxyIdentity sidecar;
        private final StreamObserver<StreamAccessLogsResponse> answers;
        private String name = "";
        private int port = -1;
        private boolean over;

        Stream(ProxyIdentity sidecar, StreamObserver<StreamAccessLogsResponse> answers) {
            this.sidecar = sidecar;
            this.answers = answers;
        }

        /** Envoy says whose log it is in a stream's first message. */
        @Override
        public void onNext(StreamAccessLogsMessage message) {
            if (isOver()) {
                return;
            }
            if (message.hasIdentifier()) {
                String id = message.getIdentifier().getNode().getId();
                if (WORKLOAD.matcher(id).matches()
                        && !id.equals(sidecar.workloadKey().toString())) {
                    log.warn("access log denied: proxy={} logs for another workload", sidecar.workloadKey());
                    end(Status.PERMISSION_DENIED.withDescription("the node id names another workload"));
                    return;
                }
                name = message.getIdentifier().getLogName();
                port = SentLog.port(name);
            }
            if (live.takes(name)) {
                live.logged(sidecar, name, message.getHttpLogs().getLogEntryList());
                return;
            }
            if (port < 0) {
                end(Status.INVALID_ARGUMENT.withDescription("the log is none that Weir asked for"));
                return;
            }
            LogReader.read(message, port, clock.instant()).forEach(entry -> intake.logged(sidecar, entry));
        }

        @Override
        public void onError(Throwable failure) {
            log.debug("access log stream ended: proxy={}", sidecar.workloadKey(), failure);
            leave();
        }

        @Override
        public void onCompleted() {
            if (leave()) {
                answers.onNext(StreamAccessLogsResponse.getDefaultInstance());
                answers.onCompleted();
            }
        }

        void end(Status status) {
            if (leave()) {
                answers.onError(status.asRuntimeException());
            }
        }

        private synchronized boolean isOver() {
            return over;
        }

        /** Whether it was open until now. */
        private synchronized boolean leave() {
            if (over) {
                return false;
            }
            over = true;
            synchronized (streams) {
                streams.computeIfPresent(sidecar.workloadKey(), (_, open) -> open > 1 ? open - 1 : null);
            }
            return true;
        }
    }
}
