package io.weir.controlplane.identity.token;

/** Whether a text is a token of ours that holds now. */
public sealed interface TokenVerdict {

    record Accepted(TokenClaims claims) implements TokenVerdict {}

    record Refused(Cause cause) implements TokenVerdict {}

    /** Why a token is refused. */
    enum Cause {
        TOO_LARGE,
        MALFORMED,
        /** Its header is not the one of our key: another key, algorithm or type. */
        OTHER_KEY,
        BAD_SIGNATURE,
        WRONG_ISSUER,
        WRONG_AUDIENCE,
        EXPIRED,
        /** Made later than now, or for longer than a token may live. */
        BAD_LIFETIME
    }
}
