package io.weir.controlplane.identity.review;

import io.weir.controlplane.identity.token.TokenClaims;

/** What a token proves. */
public sealed interface ReviewVerdict {

    record Accepted(TokenClaims claims) implements ReviewVerdict {}

    record Refused(Cause cause) implements ReviewVerdict {}

    /** Why it proves nothing. */
    enum Cause {
        TOO_LARGE,
        MALFORMED,
        EXPIRED,
        WRONG_AUDIENCE,
        /** The API server knows why and does not say: another cluster's, or of a pod or account that is gone. */
        NOT_ACCEPTED,
        NOT_OF_ACCOUNT,
        /** Whoever has it could be any pod of the account. */
        NOT_BOUND,
        /** The API server can't be asked now. */
        UNREVIEWED
    }
}
