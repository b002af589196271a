package io.weir.controlplane.xds.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a stream in when its credential proves an identity, and gives the stream's state to all that is called for it. */
final class ConnectionInterceptor implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionInterceptor.class);
    private final Doorkeeper door;
    private final AdsCache cache;
    private final ConnectionRegistry registry;
    private final Executor threads;
    private final AtomicLong connections = new AtomicLong();

    ConnectionInterceptor(Doorkeeper door, AdsCache cache, ConnectionRegistry registry, Executor threads) {
        this.door = door;
        this.cache = cache;
        this.registry = registry;
        this.threads = threads;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return door.admit(call, headers, (arrival, credential) -> open(arrival, credential, next));
    }

    private <Q, R> void open(
            Doorkeeper.Arrival<Q, R> arrival, ProxyCredential credential, ServerCallHandler<Q, R> next) {
        ProxyConnection connection = new ProxyConnection(
                connections.incrementAndGet(), credential, arrival.call(), cache, registry, threads);
        registry.add(connection);
        endAt(credential.expiresAt(), connection.stream());
        LOG.info("proxy connected: proxy={} connection={}", connection.stream().proxy(), connection.id());
        Context context = arrival.context()
                .withValues(AdsStream.CURRENT, connection.stream(), ProxyConnection.CURRENT, connection);
        try {
            arrival.admission()
                    .give(new Listener<>(
                            Contexts.interceptCall(context, connection.<Q, R>call(), arrival.headers(), next),
                            connection));
        } catch (RuntimeException bug) {
            // Not on a thread of the transport's, which would end the stream itself.
            LOG.error(
                    "opening failed, the stream is ended: proxy={}",
                    connection.stream().proxy(),
                    bug);
            connection.stream().end(Status.INTERNAL.withDescription("opening failed"));
            connection.closed();
            arrival.admission().drop();
        }
    }

    /** A stream lives no longer than what proved its identity; the proxy comes back with a fresh credential. */
    private void endAt(@Nullable Instant expiresAt, AdsStream stream) {
        if (expiresAt != null) {
            Duration left = Duration.between(cache.timers().now(), expiresAt);
            // Weak: a credential may live for a day, and many streams may come and go in it.
            WeakReference<AdsStream> ends = new WeakReference<>(stream);
            cache.timers().after(left.isNegative() ? Duration.ZERO : left, () -> {
                AdsStream open = ends.get();
                if (open != null) {
                    open.end(Status.UNAUTHENTICATED.withDescription("the credential has expired"));
                }
            });
        }
    }

    private static final class Listener<Q> extends SimpleForwardingServerCallListener<Q> {

        private final ProxyConnection connection;

        Listener(ServerCall.Listener<Q> delegate, ProxyConnection connection) {
            super(delegate);
            this.connection = connection;
        }

        @Override
        public void onMessage(Q message) {
            Q accepted = connection.accept(message);
            if (accepted != null) {
                super.onMessage(accepted);
            } else {
                connection.skipped();
            }
            connection.stream().pump();
        }

        @Override
        public void onReady() {
            super.onReady();
            connection.stream().pump();
        }

        @Override
        public void onCancel() {
            connection.closed();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            connection.closed();
            super.onComplete();
        }
    }
}
