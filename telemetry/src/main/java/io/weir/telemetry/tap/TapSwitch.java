package io.weir.telemetry.tap;

import com.google.protobuf.Any;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.envoyproxy.envoy.service.runtime.v3.RuntimeDiscoveryServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.smi.wellknown.Tap;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Envoy's runtime discovery service, with one layer: whether the sidecar logs its requests. It is a stream beside ADS, since a
 * layer is nothing that listeners or clusters wait for. Each sidecar has one stream: a second one ends the first, which is what is
 * left of a lost connection.
 */
final class TapSwitch extends RuntimeDiscoveryServiceGrpc.RuntimeDiscoveryServiceImplBase {

    private static final Logger log = LoggerFactory.getLogger(TapSwitch.class);

    private final Map<WorkloadKey, Stream> streams = new ConcurrentHashMap<>();
    private volatile Predicate<WorkloadKey> on = _ -> false;

    /** The position of the switch. */
    private enum Position {
        ON(layer(100)),
        OFF(layer(0));

        private final Any layer;

        Position(Any layer) {
            this.layer = layer;
        }

        /** Null for another version than those of this switch. */
        static @Nullable Position of(String version) {
            return Arrays.stream(values())
                    .filter(position -> position.name().equals(version))
                    .findFirst()
                    .orElse(null);
        }

        private static Any layer(int percent) {
            return Any.pack(Runtime.newBuilder()
                    .setName(Tap.LAYER)
                    .setLayer(Struct.newBuilder()
                            .putFields(
                                    Tap.PERCENT,
                                    Value.newBuilder().setNumberValue(percent).build()))
                    .build());
        }
    }

    /** From now on these sidecars log, and no others. Throws nothing: one that can't be told is left, the others are told. */
    void turn(Predicate<WorkloadKey> watched) {
        on = watched;
        streams.values().forEach(stream -> {
            try {
                stream.update();
            } catch (RuntimeException e) {
                log.warn("tap: proxy={} can't be told, its stream is over", stream.sidecar, e);
                stream.leave();
            }
        });
    }

    /** The sidecars that are connected here and have acknowledged that they log. */
    Set<WorkloadKey> listening() {
        return streams.values().stream()
                .filter(Stream::listens)
                .map(stream -> stream.sidecar)
                .collect(Collectors.toSet());
    }

    @Override
    public StreamObserver<DeltaDiscoveryRequest> deltaRuntime(StreamObserver<DeltaDiscoveryResponse> answers) {
        ProxyCredential caller = ProxyEndpoint.CALLER.get();
        if (caller == null) {
            throw new IllegalStateException("a stream of nobody: the switch is served as a ProxyEndpoint only");
        }
        Stream stream = new Stream(caller.identity().workloadKey(), answers);
        // A call that the server ends, as with its credential, tells the observer of requests nothing.
        ServerCallStreamObserver<DeltaDiscoveryResponse> call =
                (ServerCallStreamObserver<DeltaDiscoveryResponse>) answers;
        call.setOnCloseHandler(stream::leave);
        call.setOnCancelHandler(stream::leave);
        Stream former = streams.put(stream.sidecar, stream);
        if (former != null) {
            former.end(Status.ABORTED.withDescription("the sidecar has opened another stream"));
        }
        return stream;
    }

    private final class Stream implements StreamObserver<DeltaDiscoveryRequest> {

        private final WorkloadKey sidecar;
        private final StreamObserver<DeltaDiscoveryResponse> answers;
        private boolean asked;
        private boolean over;
        private @Nullable Position sent;
        private @Nullable Position taken;
        private long nonce;

        Stream(WorkloadKey sidecar, StreamObserver<DeltaDiscoveryResponse> answers) {
            this.sidecar = sidecar;
            this.answers = answers;
        }

        @Override
        public void onNext(DeltaDiscoveryRequest request) {
            if (request.hasErrorDetail()) {
                log.warn(
                        "tap: proxy={} refuses: {}",
                        sidecar,
                        request.getErrorDetail().getMessage());
            }
            synchronized (this) {
                asked |= request.getResourceNamesSubscribeList().contains(Tap.LAYER);
                if (sent == null) {
                    // It has been here before, and is not told again what it has.
                    taken = Position.of(request.getInitialResourceVersionsOrDefault(Tap.LAYER, ""));
                    sent = taken;
                }
                if (request.getResponseNonce().equals(Long.toString(nonce)) && !request.hasErrorDetail()) {
                    taken = sent;
                }
            }
            update();
        }

        /** Sends the position, unless it was sent before. */
        synchronized void update() {
            Position wanted = on.test(sidecar) ? Position.ON : Position.OFF;
            if (!asked || over || wanted == sent) {
                return;
            }
            sent = wanted;
            taken = null;
            nonce++;
            answers.onNext(DeltaDiscoveryResponse.newBuilder()
                    .setTypeUrl(wanted.layer.getTypeUrl())
                    .setSystemVersionInfo(wanted.name())
                    .setNonce(Long.toString(nonce))
                    .addResources(Resource.newBuilder()
                            .setName(Tap.LAYER)
                            .setVersion(wanted.name())
                            .setResource(wanted.layer))
                    .build());
        }

        synchronized boolean listens() {
            return taken == Position.ON;
        }

        @Override
        public void onError(Throwable failure) {
            log.debug("tap: stream ended: proxy={}", sidecar, failure);
            leave();
        }

        @Override
        public void onCompleted() {
            synchronized (this) {
                if (!over) {
                    answers.onCompleted();
                }
            }
            leave();
        }

        synchronized void end(Status status) {
            if (!over) {
                over = true;
                answers.onError(status.asRuntimeException());
            }
        }

        private void leave() {
            synchronized (this) {
                over = true;
            }
            streams.remove(sidecar, this);
        }
    }
}
