package io.weir.controlplane.identity;

import io.grpc.Metadata;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.review.TokenReviews;
import io.weir.controlplane.identity.token.TokenVerifier;
import io.weir.controlplane.model.Identity;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The xDS port's authenticator: a bearer token, or else the client certificate. A bad token is refused even beside a
 * good certificate, since whoever sent it meant to be judged by it.
 */
public final class ChainedAuthenticator implements ProxyAuthenticator {

    private final ProxyAuthenticator bearer;
    private final ProxyAuthenticator certificate;
    private final Map<DenialReason, LongAdder> denials = new EnumMap<>(DenialReason.class);

    private ChainedAuthenticator(ProxyAuthenticator bearer, ProxyAuthenticator certificate) {
        this.bearer = bearer;
        this.certificate = certificate;
        for (DenialReason reason : DenialReason.values()) {
            denials.put(reason, new LongAdder());
        }
    }

    /** Workloads on this machine: tokens that Weir itself signed, or certificates. */
    public static ChainedAuthenticator standalone(
            TokenVerifier tokens, CertificateAuthority authority, WorkloadDirectory workloads, InstantSource clock) {
        Membership membership = Membership.of(workloads, DenialReason.UNKNOWN_WORKLOAD);
        return new ChainedAuthenticator(
                new BearerTokenAuthenticator(TokenJudge.own(tokens), membership),
                new ClientCertificateAuthenticator(
                        ClientCertificateAuthenticator.Of.WORKLOADS,
                        authority.trustDomain(),
                        authority::bundle,
                        membership,
                        clock));
    }

    /** Pods of a cluster: bound ServiceAccount tokens, or pod certificates. */
    public static ChainedAuthenticator cluster(
            TokenReviews tokens, CertificateAuthority authority, WorkloadDirectory pods, InstantSource clock) {
        return cluster(tokens, authority.trustDomain(), authority::bundle, pods, clock);
    }

    /** The same where the authority is elsewhere. */
    public static ChainedAuthenticator cluster(
            TokenReviews tokens,
            TrustDomain trustDomain,
            Supplier<TrustBundle> roots,
            WorkloadDirectory pods,
            InstantSource clock) {
        // The pod of a token that was just reviewed exists; the mesh has not been told of it yet.
        Membership membership = Membership.of(pods, DenialReason.POD_NOT_KNOWN_YET);
        return new ChainedAuthenticator(
                new BearerTokenAuthenticator(TokenJudge.reviewed(tokens), membership),
                new ClientCertificateAuthenticator(
                        ClientCertificateAuthenticator.Of.PODS, trustDomain, roots, membership, clock));
    }

    /** Pods of one account, whether the mesh knows them or not, by their bound tokens: a program of Weir's own. */
    public static ChainedAuthenticator program(TokenReviews tokens, Identity account) {
        return new ChainedAuthenticator(
                new BearerTokenAuthenticator(TokenJudge.reviewed(tokens), Membership.only(account)), (_, _) -> {
                    throw new Denied(DenialReason.NO_CREDENTIAL);
                });
    }

    /** The telemetry program's replicas, by the certificates that they were issued. */
    public static ChainedAuthenticator telemetry(
            TrustDomain trustDomain, Supplier<TrustBundle> roots, Identity account, InstantSource clock) {
        return new ChainedAuthenticator(
                (_, _) -> {
                    throw new Denied(DenialReason.NOT_WEIRS_OWN);
                },
                new ClientCertificateAuthenticator(
                        ClientCertificateAuthenticator.Of.TELEMETRY,
                        trustDomain,
                        roots,
                        Membership.only(account),
                        clock));
    }

    @Override
    public ProxyCredential authenticate(Metadata headers, @Nullable SSLSession session) throws Denied {
        try {
            return BearerTokenAuthenticator.presented(headers)
                    ? bearer.authenticate(headers, session)
                    : certificate.authenticate(headers, session);
        } catch (Denied denied) {
            count(denied.reason());
            throw denied;
        }
    }

    private void count(DenialReason reason) {
        LongAdder counter = denials.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    /** How many connections were refused for each reason, since the start. */
    public Map<DenialReason, Long> denials() {
        Map<DenialReason, Long> counts = new EnumMap<>(DenialReason.class);
        denials.forEach((reason, counter) -> counts.put(reason, counter.sum()));
        return Collections.unmodifiableMap(counts);
    }
}
