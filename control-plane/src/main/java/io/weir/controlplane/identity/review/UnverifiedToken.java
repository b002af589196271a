package io.weir.controlplane.identity.review;

import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a JWT says of itself. Once the API server accepted it, this is true; before that it only helps to say why not.
 *
 * @param expires null if it does not say so in a way that can be read
 */
record UnverifiedToken(@Nullable Instant expires, JsonNode audience) {

    private static final long LATEST = 253_402_300_799L;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Null if the text is no JWT. */
    static @Nullable UnverifiedToken read(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            JsonNode end = claims.path("exp");
            boolean readable = end.isIntegralNumber()
                    && end.canConvertToLong()
                    && end.longValue() >= 0
                    && end.longValue() <= LATEST;
            return new UnverifiedToken(readable ? Instant.ofEpochSecond(end.longValue()) : null, claims.path("aud"));
        } catch (IllegalArgumentException | JacksonException _) {
            return null;
        }
    }

    boolean isFor(String wanted) {
        return audience.isArray()
                ? audience.valueStream().anyMatch(one -> one.asString("").equals(wanted))
                : audience.asString("").equals(wanted);
    }
}
