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
import io.weir.controlplane.identity.DenialReason;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.AdsStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a stream in when its credential proves an identity, and gives the stream's state to all that is called for it. */
final class ConnectionInterceptor implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionInterceptor.class);
    private static final Status FULL = Status.RESOURCE_EXHAUSTED.withDescription("too many proxies");
    private static final Status TOO_MANY =
            Status.UNAVAILABLE.withDescription("too many connections wait to be authenticated; come again");
    private static final Status TOO_SLOW =
            Status.UNAVAILABLE.withDescription("authentication takes too long; come again");

    private final ProxyAuthenticator authenticator;
    private final AdsCache cache;
    private final ConnectionRegistry registry;
    private final Executor threads;
    private final Admissions admissions;
    private final AtomicLong connections = new AtomicLong();
    private final DenialLog denials = new DenialLog();

    ConnectionInterceptor(
            ProxyAuthenticator authenticator,
            AdsCache cache,
            ConnectionRegistry registry,
            Executor threads,
            Admissions admissions) {
        this.authenticator = authenticator;
        this.cache = cache;
        this.registry = registry;
        this.threads = threads;
        this.admissions = admissions;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Arrival<Q, R> arrival = new Arrival<>(new Admission<>(), call, headers, next, Context.current());
        if (registry.isFull()) {
            refuse(arrival, AdsCounters.Denial.LIMIT, FULL);
            return arrival.admission();
        }
        try {
            admissions.threads().execute(() -> authenticate(arrival));
        } catch (RejectedExecutionException _) {
            deny(arrival, AdsCounters.Denial.UNDECIDED, TOO_MANY);
        }
        if (!arrival.admission().isDecided()) {
            cache.timers().after(admissions.patience(), () -> deny(arrival, AdsCounters.Denial.UNDECIDED, TOO_SLOW));
        }
        return arrival.admission();
    }

    /** A stream that has begun, and nobody's yet. */
    private record Arrival<Q, R>(
            Admission<Q> admission,
            ServerCall<Q, R> call,
            Metadata headers,
            ServerCallHandler<Q, R> next,
            Context context) {}

    private void authenticate(Arrival<?, ?> arrival) {
        if (arrival.admission().isDecided()) {
            return;
        }
        try {
            ProxyCredential credential = authenticator.authenticate(
                    arrival.headers(), arrival.call().getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            if (registry.isFull()) {
                refuse(arrival, AdsCounters.Denial.LIMIT, FULL);
            } else if (arrival.admission().decide()) {
                open(arrival, credential);
            }
        } catch (ProxyAuthenticator.Denied denied) {
            DenialReason reason = denied.reason();
            deny(
                    arrival,
                    AdsCounters.Denial.CREDENTIAL,
                    reason.status().toStatus().withDescription(reason.message()));
        } catch (RuntimeException bug) {
            LOG.error("authentication failed, the stream is ended", bug);
            refuse(arrival, AdsCounters.Denial.CREDENTIAL, Status.INTERNAL.withDescription("authentication failed"));
        }
    }

    private <Q, R> void open(Arrival<Q, R> arrival, ProxyCredential credential) {
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
                            Contexts.interceptCall(context, connection.<Q, R>call(), arrival.headers(), arrival.next()),
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

    private void deny(Arrival<?, ?> arrival, AdsCounters.Denial denial, Status status) {
        if (refuse(arrival, denial, status)) {
            String line = denials.line(
                    String.valueOf(status.getDescription()), cache.timers().now());
            if (line != null) {
                LOG.warn(line);
            }
        }
    }

    /** Nothing, and false, if the stream was given or has ended already. */
    private boolean refuse(Arrival<?, ?> arrival, AdsCounters.Denial denial, Status status) {
        if (!arrival.admission().decide()) {
            return false;
        }
        cache.counters().denied(denial);
        arrival.call().close(status, new Metadata());
        arrival.admission().drop();
        return true;
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
