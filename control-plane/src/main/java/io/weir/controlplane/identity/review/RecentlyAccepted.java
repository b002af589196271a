package io.weir.controlplane.identity.review;

import io.weir.controlplane.identity.token.TokenClaims;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tokens that the API server accepted lately, by their hash: no token stays in memory for it. */
final class RecentlyAccepted {

    /** How long an answer counts. */
    static final Duration LIFE = Duration.ofMinutes(5);

    /** More than the proxies that a replica serves. */
    static final int MOST = 10_000;

    private record Answer(TokenClaims claims, Instant at) {}

    private final Map<String, Answer> answers = new LinkedHashMap<>();

    static String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    synchronized void add(String hash, TokenClaims claims, Instant now) {
        answers.remove(hash);
        answers.put(hash, new Answer(claims, now));
        if (answers.size() > MOST) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    synchronized void remove(String hash) {
        answers.remove(hash);
    }

    /** Null unless it was accepted less than {@link #LIFE} ago and has not ended. */
    synchronized @Nullable TokenClaims get(String hash, Instant now) {
        Answer answer = answers.get(hash);
        if (answer == null || !now.isBefore(answer.at().plus(LIFE))) {
            return null;
        }
        return now.isBefore(answer.claims().expires()) ? answer.claims() : null;
    }
}
