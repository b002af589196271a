package io.weir.controlplane.identity;

import io.grpc.Metadata;
import io.weir.controlplane.identity.token.TokenClaims;
import io.weir.controlplane.identity.token.TokenVerdict.Accepted;
import io.weir.controlplane.identity.token.TokenVerdict.Cause;
import io.weir.controlplane.identity.token.TokenVerdict.Refused;
import io.weir.controlplane.identity.token.TokenVerifier;
import java.util.Iterator;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** {@code authorization: Bearer <token>}, or the token alone: Envoy 1.36 can't put a word before a file's text. */
final class BearerTokenAuthenticator implements ProxyAuthenticator {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "bearer ";

    private final TokenVerifier verifier;
    private final Membership membership;

    BearerTokenAuthenticator(TokenVerifier verifier, Membership membership) {
        this.verifier = verifier;
        this.membership = membership;
    }

    static boolean presented(Metadata headers) {
        return headers.containsKey(AUTHORIZATION);
    }

    @Override
    public ProxyCredential authenticate(Metadata headers, @Nullable SSLSession session) throws Denied {
        return switch (verifier.verify(token(headers))) {
            case Refused(Cause cause) -> throw new Denied(reason(cause));
            case Accepted(TokenClaims claims) ->
                new ProxyCredential(
                        membership.admit(claims.namespace(), claims.serviceAccount(), claims.workload(), claims.uid()),
                        claims.expires());
        };
    }

    private static String token(Metadata headers) throws Denied {
        Iterable<String> values = headers.getAll(AUTHORIZATION);
        if (values == null) {
            throw new Denied(DenialReason.NO_CREDENTIAL);
        }
        Iterator<String> each = values.iterator();
        String value = each.next();
        if (each.hasNext()) {
            throw new Denied(DenialReason.AMBIGUOUS_CREDENTIAL);
        }
        if (value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return value.substring(SCHEME.length());
        }
        if (value.indexOf(' ') >= 0) {
            throw new Denied(DenialReason.NOT_BEARER);
        }
        return value;
    }

    private static DenialReason reason(Cause cause) {
        return switch (cause) {
            case TOO_LARGE, MALFORMED -> DenialReason.TOKEN_MALFORMED;
            case OTHER_KEY -> DenialReason.TOKEN_OF_OTHER_KEY;
            case BAD_SIGNATURE -> DenialReason.TOKEN_BAD_SIGNATURE;
            case WRONG_ISSUER -> DenialReason.TOKEN_WRONG_ISSUER;
            case WRONG_AUDIENCE -> DenialReason.TOKEN_WRONG_AUDIENCE;
            case EXPIRED -> DenialReason.TOKEN_EXPIRED;
            case BAD_LIFETIME -> DenialReason.TOKEN_BAD_LIFETIME;
        };
    }
}
