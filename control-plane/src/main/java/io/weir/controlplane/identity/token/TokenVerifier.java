package io.weir.controlplane.identity.token;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.TokenVerdict.Accepted;
import io.weir.controlplane.identity.token.TokenVerdict.Cause;
import io.weir.controlplane.identity.token.TokenVerdict.Refused;
import io.weir.controlplane.model.Identity;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Judges tokens. The order matters: size, then our own header to the byte (which pins the algorithm and the key), then
 * the signature, and only then what the token says.
 */
public final class TokenVerifier {

    private static final int LONGEST = 4096;

    /** How far the clock of another process on this machine, or of the next replica, may be off. */
    private static final Duration SKEW = Duration.ofSeconds(20);

    private static final long LATEST = 253402300799L;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final TokenKey key;
    private final String header;
    private final TrustDomain trustDomain;
    private final InstantSource clock;

    private TokenVerifier(TokenKey key, TrustDomain trustDomain, InstantSource clock) {
        this.key = key;
        this.header = key.header();
        this.trustDomain = trustDomain;
        this.clock = clock;
    }

    /** @throws io.weir.controlplane.identity.state.StateUnusable if the folder's key is damaged */
    public static TokenVerifier open(StateFolder folder, TrustDomain trustDomain, InstantSource clock)
            throws IOException {
        return new TokenVerifier(TokenKey.of(folder), trustDomain, clock);
    }

    /** Never throws, whatever the text. */
    public TokenVerdict verify(String token) {
        if (token.length() > LONGEST) {
            return new Refused(Cause.TOO_LARGE);
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return new Refused(Cause.MALFORMED);
        }
        if (!parts[0].equals(header)) {
            return new Refused(Cause.OTHER_KEY);
        }
        byte[] claims = decode(parts[1]);
        byte[] signature = decode(parts[2]);
        if (claims == null || signature == null) {
            return new Refused(Cause.MALFORMED);
        }
        if (!key.signed(parts[0] + "." + parts[1], signature)) {
            return new Refused(Cause.BAD_SIGNATURE);
        }
        try {
            return judge(JSON.readTree(claims));
        } catch (JacksonException _) {
            return new Refused(Cause.MALFORMED);
        }
    }

    /** Null unless the text is the one base64url form of some bytes, so that a token has one spelling. */
    private static byte @Nullable [] decode(String part) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part) ? bytes : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private TokenVerdict judge(JsonNode claims) {
        String namespace = text(claims, "ns");
        String account = text(claims, "sa");
        String workload = text(claims, "workload");
        String uid = text(claims, "uid");
        String subject = text(claims, "sub");
        Instant issued = time(claims, "iat");
        Instant expires = time(claims, "exp");
        if (namespace == null
                || account == null
                || workload == null
                || uid == null
                || subject == null
                || issued == null
                || expires == null) {
            return new Refused(Cause.MALFORMED);
        }
        if (!TokenIssuer.issuer(trustDomain).equals(text(claims, "iss"))) {
            return new Refused(Cause.WRONG_ISSUER);
        }
        if (!TokenIssuer.AUDIENCE.equals(text(claims, "aud"))) {
            return new Refused(Cause.WRONG_AUDIENCE);
        }
        if (!new Identity(namespace, account).equals(trustDomain.identity(subject))) {
            return new Refused(Cause.MALFORMED);
        }
        Instant now = clock.instant();
        if (!now.isBefore(expires.plus(SKEW))) {
            return new Refused(Cause.EXPIRED);
        }
        boolean early = issued.isAfter(now.plus(SKEW));
        boolean tooLong = Duration.between(issued, expires).compareTo(TokenIssuer.LONGEST_LIFE) > 0;
        if (early || tooLong) {
            return new Refused(Cause.BAD_LIFETIME);
        }
        return new Accepted(new TokenClaims(namespace, account, workload, uid, expires.plus(SKEW)));
    }

    private static @Nullable String text(JsonNode claims, String name) {
        JsonNode value = claims.get(name);
        return value != null && value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : null;
    }

    private static @Nullable Instant time(JsonNode claims, String name) {
        JsonNode value = claims.get(name);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
            return null;
        }
        long seconds = value.longValue();
        return seconds < 0 || seconds > LATEST ? null : Instant.ofEpochSecond(seconds);
    }
}
