package io.weir.controlplane.identity;

import io.weir.controlplane.identity.ProxyAuthenticator.Denied;
import io.weir.controlplane.identity.review.ReviewVerdict;
import io.weir.controlplane.identity.review.TokenReviews;
import io.weir.controlplane.identity.token.TokenClaims;
import io.weir.controlplane.identity.token.TokenVerdict;
import io.weir.controlplane.identity.token.TokenVerifier;

/** Says whose a bearer token is. */
@FunctionalInterface
interface TokenJudge {

    TokenClaims judge(String token) throws Denied;

    /** Tokens that Weir itself signed. */
    static TokenJudge own(TokenVerifier verifier) {
        return token -> switch (verifier.verify(token)) {
            case TokenVerdict.Accepted(TokenClaims claims) -> claims;
            case TokenVerdict.Refused(TokenVerdict.Cause cause) -> throw new Denied(reason(cause));
        };
    }

    /** Tokens that a cluster signed for its pods. */
    static TokenJudge reviewed(TokenReviews reviews) {
        return token -> switch (reviews.review(token)) {
            case ReviewVerdict.Accepted(TokenClaims claims) -> claims;
            case ReviewVerdict.Refused(ReviewVerdict.Cause cause) -> throw new Denied(reason(cause));
        };
    }

    private static DenialReason reason(TokenVerdict.Cause cause) {
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

    private static DenialReason reason(ReviewVerdict.Cause cause) {
        return switch (cause) {
            case TOO_LARGE, MALFORMED -> DenialReason.TOKEN_MALFORMED;
            case EXPIRED -> DenialReason.TOKEN_EXPIRED;
            case WRONG_AUDIENCE -> DenialReason.TOKEN_WRONG_AUDIENCE;
            case NOT_ACCEPTED -> DenialReason.TOKEN_NOT_ACCEPTED;
            case NOT_OF_ACCOUNT -> DenialReason.TOKEN_NOT_OF_ACCOUNT;
            case NOT_BOUND -> DenialReason.TOKEN_NOT_BOUND;
            case UNREVIEWED -> DenialReason.TOKEN_UNREVIEWED;
        };
    }
}
