package io.weir.controlplane.identity.token;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes the tokens of the proxies on this machine. Any process that may read the state folder can. */
public final class TokenIssuer {

    /** An hour: the supervisor renews a token long before, and a leaked one is of use for no longer. */
    public static final Duration LIFE = Duration.ofHours(1);

    static final String AUDIENCE = "weir-xds";

    /** No token lives longer, whoever made it. */
    static final Duration LONGEST_LIFE = Duration.ofHours(24);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final TokenKey key;
    private final TrustDomain trustDomain;
    private final Duration life;
    private final InstantSource clock;

    private TokenIssuer(TokenKey key, TrustDomain trustDomain, Duration life, InstantSource clock) {
        this.key = key;
        this.trustDomain = trustDomain;
        this.life = life;
        this.clock = clock;
    }

    /**
     * @param life of each token, a second to 24 hours
     * @throws io.weir.controlplane.identity.state.StateUnusable if the folder's key is damaged
     */
    public static TokenIssuer open(StateFolder folder, TrustDomain trustDomain, Duration life, InstantSource clock)
            throws IOException {
        if (life.compareTo(Duration.ofSeconds(1)) < 0 || life.compareTo(LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("a token lives from 1 s to " + LONGEST_LIFE + ", not " + life);
        }
        return new TokenIssuer(TokenKey.of(folder), trustDomain, life, clock);
    }

    /**
     * A token for one replica's proxy.
     *
     * @param workload the replica's name
     * @param uid the replica's uid: a later replica of the same name can't use the token
     */
    public Token issue(Identity identity, String workload, String uid) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant expires = now.plus(life);
        ObjectNode claims = JSON.createObjectNode();
        claims.put("iss", issuer(trustDomain));
        claims.put("aud", AUDIENCE);
        claims.put("sub", identity.spiffeId(trustDomain.name()));
        claims.put("ns", identity.namespace());
        claims.put("sa", identity.serviceAccount());
        claims.put("workload", workload);
        claims.put("uid", uid);
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", expires.getEpochSecond());
        return new Token(sign(key, claims.toString()), expires);
    }

    static String issuer(TrustDomain trustDomain) {
        return "spiffe://" + trustDomain.name();
    }

    static String sign(TokenKey key, String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String text = key.header() + "." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        try {
            return text + "." + encoder.encodeToString(key.sign(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that signed before can't", e);
        }
    }
}
