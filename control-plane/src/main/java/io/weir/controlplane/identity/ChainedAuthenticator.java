package io.weir.controlplane.identity;

import io.grpc.Metadata;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.token.TokenVerifier;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
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

    public ChainedAuthenticator(
            TokenVerifier tokens, CertificateAuthority authority, WorkloadDirectory workloads, InstantSource clock) {
        Membership membership = new Membership(workloads);
        this.bearer = new BearerTokenAuthenticator(tokens, membership);
        this.certificate =
                new ClientCertificateAuthenticator(authority.trustDomain(), authority::bundle, membership, clock);
        for (DenialReason reason : DenialReason.values()) {
            denials.put(reason, new LongAdder());
        }
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
