package io.weir.controlplane.identity;

import io.grpc.Metadata;
import io.weir.controlplane.identity.token.TokenClaims;
import java.util.Iterator;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** {@code authorization: Bearer <token>}, or the token alone: Envoy 1.36 can't put a word before a file's text. */
final class BearerTokenAuthenticator implements ProxyAuthenticator {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "bearer ";

    private final TokenJudge judge;
    private final Membership membership;

    BearerTokenAuthenticator(TokenJudge judge, Membership membership) {
        this.judge = judge;
        this.membership = membership;
    }

    static boolean presented(Metadata headers) {
        return headers.containsKey(AUTHORIZATION);
    }

    @Override
    public ProxyCredential authenticate(Metadata headers, @Nullable SSLSession session) throws Denied {
        TokenClaims claims = judge.judge(token(headers));
        return new ProxyCredential(
                membership.admit(claims.namespace(), claims.serviceAccount(), claims.workload(), claims.uid()),
                claims.expires());
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
}
