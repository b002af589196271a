package io.weir.controlplane.xds.server;

import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.weir.controlplane.identity.DenialReason;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a call in when its credential proves an identity, and tells it why not otherwise. */
final class Doorkeeper {

    private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);
    private static final Status FULL = Status.RESOURCE_EXHAUSTED.withDescription("too many proxies");
    private static final Status TOO_MANY =
            Status.UNAVAILABLE.withDescription("too many connections wait to be authenticated; come again");
    private static final Status TOO_SLOW =
            Status.UNAVAILABLE.withDescription("authentication takes too long; come again");

    private final ProxyAuthenticator authenticator;
    private final Admissions admissions;
    private final Timers timers;
    private final AdsCounters counters;
    private final BooleanSupplier full;
    private final DenialLog denials = new DenialLog();

    /** @param full whether one more is too many */
    Doorkeeper(
            ProxyAuthenticator authenticator,
            Admissions admissions,
            Timers timers,
            AdsCounters counters,
            BooleanSupplier full) {
        this.authenticator = authenticator;
        this.admissions = admissions;
        this.timers = timers;
        this.counters = counters;
        this.full = full;
    }

    /** A call that has begun, and nobody's yet. */
    record Arrival<Q, R>(Admission<Q> admission, ServerCall<Q, R> call, Metadata headers, Context context) {}

    /** Serves a call whose proxy is known, by giving its admission to someone. */
    @FunctionalInterface
    interface Entry<Q, R> {
        void open(Arrival<Q, R> arrival, ProxyCredential credential);
    }

    /** Whom the transport is to tell of the call, which enters once it is authenticated. */
    <Q, R> ServerCall.Listener<Q> admit(ServerCall<Q, R> call, Metadata headers, Entry<Q, R> entry) {
        Arrival<Q, R> arrival = new Arrival<>(new Admission<>(), call, headers, Context.current());
        if (full.getAsBoolean()) {
            refuse(arrival.admission(), call, AdsCounters.Denial.LIMIT, FULL);
            return arrival.admission();
        }
        try {
            admissions.threads().execute(() -> authenticate(arrival, entry));
        } catch (RejectedExecutionException _) {
            deny(arrival.admission(), call, AdsCounters.Denial.UNDECIDED, TOO_MANY);
        }
        if (!arrival.admission().isDecided()) {
            // Waits for longer than the stream does, so it holds no headers, in which the token is.
            Admission<Q> admission = arrival.admission();
            timers.after(admissions.patience(), () -> deny(admission, call, AdsCounters.Denial.UNDECIDED, TOO_SLOW));
        }
        return arrival.admission();
    }

    private <Q, R> void authenticate(Arrival<Q, R> arrival, Entry<Q, R> entry) {
        if (arrival.admission().isDecided()) {
            return;
        }
        try {
            ProxyCredential credential = authenticator.authenticate(
                    arrival.headers(), arrival.call().getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
            if (full.getAsBoolean()) {
                refuse(arrival.admission(), arrival.call(), AdsCounters.Denial.LIMIT, FULL);
            } else if (arrival.admission().decide()) {
                entry.open(arrival, credential);
            }
        } catch (ProxyAuthenticator.Denied denied) {
            DenialReason reason = denied.reason();
            deny(
                    arrival.admission(),
                    arrival.call(),
                    AdsCounters.Denial.CREDENTIAL,
                    reason.status().toStatus().withDescription(reason.message()));
        } catch (RuntimeException bug) {
            LOG.error("authentication failed, the stream is ended", bug);
            refuse(
                    arrival.admission(),
                    arrival.call(),
                    AdsCounters.Denial.CREDENTIAL,
                    Status.INTERNAL.withDescription("authentication failed"));
        }
    }

    private void deny(Admission<?> admission, ServerCall<?, ?> call, AdsCounters.Denial denial, Status status) {
        if (refuse(admission, call, denial, status)) {
            String line = denials.line(String.valueOf(status.getDescription()), timers.now());
            if (line != null) {
                LOG.warn(line);
            }
        }
    }

    /** Nothing, and false, if the stream was given or has ended already. */
    private boolean refuse(Admission<?> admission, ServerCall<?, ?> call, AdsCounters.Denial denial, Status status) {
        if (!admission.decide()) {
            return false;
        }
        counters.denied(denial);
        call.close(status, new Metadata());
        admission.drop();
        return true;
    }
}
