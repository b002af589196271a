package io.weir.controlplane.xds.server;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.AdsStream;
import io.weir.controlplane.xds.cache.NackRecord;
import io.weir.controlplane.xds.cache.Protocol;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One open stream of a proxy with a proven identity: the gRPC side of an {@link AdsStream}. */
final class ProxyConnection implements AdsStream.Transport {

    /** The connection that the discovery server is called for. */
    static final Context.Key<ProxyConnection> CURRENT = Context.key("weir-proxy-connection");

    private static final Logger LOG = LoggerFactory.getLogger(ProxyConnection.class);

    private final long id;
    private final ProxyCredential credential;
    private final ConnectionRegistry registry;
    private final AdsCounters counters;
    private final Instant connectedAt;
    private final SerialExecutor executor;
    private final Call<?, ?> call;
    private final AdsStream stream;
    private volatile NodeClaim node = NodeClaim.NONE;

    <Q, R> ProxyConnection(
            long id,
            ProxyCredential credential,
            ServerCall<Q, R> call,
            AdsCache cache,
            ConnectionRegistry registry,
            Executor threads) {
        this.id = id;
        this.credential = credential;
        this.registry = registry;
        this.counters = cache.counters();
        this.connectedAt = cache.timers().now();
        this.executor = new SerialExecutor(threads, (thread, bug) -> fail(bug));
        this.call = new Call<>(call);
        Protocol protocol = call.getMethodDescriptor().getFullMethodName().endsWith("/DeltaAggregatedResources")
                ? Protocol.DELTA
                : Protocol.STATE_OF_THE_WORLD;
        this.stream = cache.open(credential.identity().workloadKey(), protocol, this);
    }

    long id() {
        return id;
    }

    ProxyCredential credential() {
        return credential;
    }

    AdsStream stream() {
        return stream;
    }

    Executor executor() {
        return executor;
    }

    ProxyStatus status(@Nullable NackRecord last) {
        return new ProxyStatus(
                credential.identity(), connectedAt, stream.status(), last, id, node.envoyVersion(), stream.telemetry());
    }

    /** The call that this connection was made for, as the discovery server must see it. */
    @SuppressWarnings("unchecked") // Q and R are those of the constructor
    <Q, R> ServerCall<Q, R> call() {
        return (ServerCall<Q, R>) call;
    }

    /** What the discovery server is to see of a message; null if nothing. */
    @SuppressWarnings("unchecked") // a request stays of its own class
    <Q> @Nullable Q accept(Q message) {
        return switch (message) {
            case DeltaDiscoveryRequest delta ->
                isHonest(delta.getNode())
                        ? (Q) stream.accept(delta.toBuilder().clearNode().build())
                        : null;
            case DiscoveryRequest sotw ->
                isHonest(sotw.getNode())
                        ? (Q) stream.accept(sotw.toBuilder().clearNode().build())
                        : null;
            default -> message;
        };
    }

    private boolean isHonest(Node message) {
        NodeClaim claim = NodeClaim.of(message);
        boolean changed = claim.contradicts(node);
        if (!changed && !claim.namesAnother(stream.proxy())) {
            node = claim.orElse(node);
            stream.counting(node.telemetry());
            return true;
        }
        counters.denied(AdsCounters.Denial.NODE_ID);
        LOG.warn("node id denied: proxy={} changed={}", stream.proxy(), changed);
        stream.end(Status.PERMISSION_DENIED.withDescription(
                changed ? "the node id changed on an open stream" : "the node id names another workload"));
        return false;
    }

    /** The discovery server asks for the next message after each one it sees, so it must be done for one kept from it. */
    void skipped() {
        call.request(1);
    }

    void closed() {
        stream.close();
        registry.remove(this);
    }

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    @Override
    public void end(Status status) {
        executor.execute(() -> call.close(status, new Metadata()));
    }

    @Override
    public void nacked(NackRecord record) {
        registry.nacked(stream.proxy(), record);
        LOG.warn(
                "proxy refused configuration: proxy={} type={} resources={} reason={}",
                stream.proxy(),
                record.type(),
                record.resources(),
                record.reason());
    }

    private void fail(Throwable bug) {
        LOG.error("sending failed, the stream is ended: proxy={}", stream.proxy(), bug);
        stream.end(Status.INTERNAL.withDescription("sending failed"));
    }

    /** Sees every response leave, and lets one thread at a time speak to the transport. */
    private final class Call<Q, R> extends SimpleForwardingServerCall<Q, R> {

        private boolean over;

        Call(ServerCall<Q, R> original) {
            super(original);
        }

        @Override
        public void sendMessage(R message) {
            switch (message) {
                case DeltaDiscoveryResponse delta -> stream.left(delta.getTypeUrl(), delta.getNonce());
                case DiscoveryResponse sotw -> stream.left(sotw.getTypeUrl(), sotw.getNonce());
                default -> throw new IllegalStateException("not a discovery response");
            }
            synchronized (this) {
                if (!over) {
                    super.sendMessage(message);
                }
            }
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!over) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!over) {
                over = true;
                super.close(status, trailers);
            }
        }
    }
}
