package io.weir.controlplane.xds.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
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

    private final ProxyAuthenticator authenticator;
    private final AdsCache cache;
    private final ConnectionRegistry registry;
    private final Executor threads;
    private final AtomicLong connections = new AtomicLong();
    private final DenialLog denials = new DenialLog();

    ConnectionInterceptor(
            ProxyAuthenticator authenticator, AdsCache cache, ConnectionRegistry registry, Executor threads) {
        this.authenticator = authenticator;
        this.cache = cache;
        this.registry = registry;
        this.threads = threads;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (registry.isFull()) {
            return refuse(
                    call, AdsCounters.Denial.LIMIT, Status.RESOURCE_EXHAUSTED.withDescription("too many proxies"));
        }
        ProxyCredential credential;
        try {
            credential =
                    authenticator.authenticate(headers, call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
        } catch (ProxyAuthenticator.Denied denied) {
            String line = denials.line(denied.reason(), cache.timers().now());
            if (line != null) {
                LOG.warn(line);
            }
            return refuse(
                    call,
                    AdsCounters.Denial.CREDENTIAL,
                    denied.reason().status().toStatus().withDescription(denied.getMessage()));
        }
        ProxyConnection connection =
                new ProxyConnection(connections.incrementAndGet(), credential, call, cache, registry, threads);
        registry.add(connection);
        endAt(credential.expiresAt(), connection.stream());
        LOG.info("proxy connected: proxy={} connection={}", connection.stream().proxy(), connection.id());
        Context context = Context.current()
                .withValues(AdsStream.CURRENT, connection.stream(), ProxyConnection.CURRENT, connection);
        return new Listener<>(Contexts.interceptCall(context, connection.<Q, R>call(), headers, next), connection);
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

    private <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, AdsCounters.Denial denial, Status status) {
        cache.counters().denied(denial);
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
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
