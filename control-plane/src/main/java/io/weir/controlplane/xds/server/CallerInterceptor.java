package io.weir.controlplane.xds.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets calls of a {@link ProxyEndpoint} in, with the proven identity in their context. */
final class CallerInterceptor implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(CallerInterceptor.class);

    private final Doorkeeper door;
    private final Timers timers;
    private final AtomicInteger open = new AtomicInteger();

    /** @param most calls that are open at once; one more is turned down */
    CallerInterceptor(
            ProxyAuthenticator authenticator, Admissions admissions, Timers timers, AdsCounters counters, int most) {
        this.door = new Doorkeeper(authenticator, admissions, timers, counters, () -> open.get() >= most);
        this.timers = timers;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return door.admit(call, headers, (arrival, credential) -> open(arrival, credential, next));
    }

    private <Q, R> void open(
            Doorkeeper.Arrival<Q, R> arrival, ProxyCredential credential, ServerCallHandler<Q, R> next) {
        OneEnd<Q, R> call = new OneEnd<>(arrival.call());
        endWith(credential, call);
        Context context = arrival.context().withValue(ProxyEndpoint.CALLER, credential);
        try {
            ServerCall.Listener<Q> listener = Contexts.interceptCall(context, call, arrival.headers(), next);
            open.incrementAndGet();
            arrival.admission().give(new Counted<>(listener));
        } catch (RuntimeException bug) {
            LOG.error("a call failed: proxy={}", credential.identity().workloadKey(), bug);
            call.close(Status.INTERNAL.withDescription("opening failed"), new Metadata());
            arrival.admission().drop();
        }
    }

    private void endWith(ProxyCredential credential, OneEnd<?, ?> call) {
        Instant expiresAt = credential.expiresAt();
        if (expiresAt != null) {
            Duration left = Duration.between(timers.now(), expiresAt);
            // Weak: a credential may live for a day, and many calls may come and go in it.
            WeakReference<OneEnd<?, ?>> ends = new WeakReference<>(call);
            timers.after(left.isNegative() ? Duration.ZERO : left, () -> {
                OneEnd<?, ?> late = ends.get();
                if (late != null) {
                    late.close(Status.UNAUTHENTICATED.withDescription("the credential has expired"), new Metadata());
                }
            });
        }
    }

    private final class Counted<Q> extends SimpleForwardingServerCallListener<Q> {

        Counted(ServerCall.Listener<Q> delegate) {
            super(delegate);
        }

        // One of the two comes, once.
        @Override
        public void onCancel() {
            open.decrementAndGet();
            super.onCancel();
        }

        @Override
        public void onComplete() {
            open.decrementAndGet();
            super.onComplete();
        }
    }

    /** A call that two may end, of which the second finds it done. */
    private static final class OneEnd<Q, R> extends SimpleForwardingServerCall<Q, R> {

        private boolean over;

        OneEnd(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!over) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(R message) {
            if (!over) {
                super.sendMessage(message);
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
