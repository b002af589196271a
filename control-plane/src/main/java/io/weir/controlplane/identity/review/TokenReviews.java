package io.weir.controlplane.identity.review;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.weir.controlplane.identity.review.ReviewVerdict.Accepted;
import io.weir.controlplane.identity.review.ReviewVerdict.Cause;
import io.weir.controlplane.identity.review.ReviewVerdict.Refused;
import io.weir.controlplane.identity.token.TokenClaims;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the API server about tokens, one request for each. Safe for use by many threads; a review blocks its thread. */
public final class TokenReviews {

    private static final Logger LOG = LoggerFactory.getLogger(TokenReviews.class);

    private static final int LONGEST = 16_384;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
    private static final Pattern ACCOUNT = Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");

    private final KubernetesClient client;
    private final String audience;
    private final InstantSource clock;
    private final RecentlyAccepted recent = new RecentlyAccepted();
    private final AtomicBoolean away = new AtomicBoolean();

    private TokenReviews(KubernetesClient client, String audience, InstantSource clock) {
        this.client = client;
        this.audience = audience;
        this.clock = clock;
    }

    /**
     * @param client stays its owner's, and must be open for as long as tokens are judged
     * @param audience that a token must be meant for
     */
    public static TokenReviews of(KubernetesClient client, String audience, InstantSource clock) {
        // A proxy waits, and comes back by itself: one attempt, and soon an answer.
        KubernetesClient once = client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestRetryBackoffLimit(0)
                                .withRequestTimeout((int) PATIENCE.toMillis())
                                .build())
                .adapt(KubernetesClient.class);
        return new TokenReviews(once, audience, clock);
    }

    /** Never throws, whatever the text and whatever the API server answers. */
    public ReviewVerdict review(String token) {
        if (token.length() > LONGEST) {
            return new Refused(Cause.TOO_LARGE);
        }
        UnverifiedToken says = UnverifiedToken.read(token);
        if (says == null || says.expires() == null) {
            return new Refused(Cause.MALFORMED);
        }
        Instant expires = says.expires();
        Instant now = clock.instant();
        String hash = RecentlyAccepted.hash(token);
        TokenReviewStatus status = ask(token);
        if (status == null) {
            TokenClaims claims = recent.get(hash, now);
            return claims == null ? new Refused(Cause.UNREVIEWED) : new Accepted(claims);
        }
        ReviewVerdict verdict = judge(status, says, expires, now);
        switch (verdict) {
            case Accepted(TokenClaims claims) -> recent.add(hash, claims, now);
            case Refused _ -> recent.remove(hash);
        }
        return verdict;
    }

    /** Null if there is no answer. */
    private @Nullable TokenReviewStatus ask(String token) {
        TokenReview question = new TokenReviewBuilder()
                .withNewSpec()
                .withToken(token)
                .withAudiences(audience)
                .endSpec()
                .build();
        try {
            TokenReviewStatus status = client.tokenReviews().create(question).getStatus();
            if (away.compareAndSet(true, false)) {
                LOG.info("tokens of proxies are reviewed again");
            }
            return status == null ? new TokenReviewStatus() : status;
        } catch (KubernetesClientException e) {
            if (away.compareAndSet(false, true)) {
                // Its message may hold what was sent.
                LOG.warn(
                        "tokens of proxies can't be reviewed: status={} cause={}; for {} those reviewed before count",
                        e.getCode(),
                        e.getCause() == null ? "none" : e.getCause().getClass().getSimpleName(),
                        RecentlyAccepted.LIFE);
            }
            return null;
        }
    }

    private ReviewVerdict judge(TokenReviewStatus status, UnverifiedToken says, Instant expires, Instant now) {
        if (!Boolean.TRUE.equals(status.getAuthenticated())) {
            return new Refused(
                    !says.isFor(audience)
                            ? Cause.WRONG_AUDIENCE
                            : now.isBefore(expires) ? Cause.NOT_ACCEPTED : Cause.EXPIRED);
        }
        // An authenticator that knows no audiences accepts a token that is meant for anyone.
        if (!status.getAudiences().contains(audience)) {
            return new Refused(Cause.WRONG_AUDIENCE);
        }
        if (!now.isBefore(expires)) {
            return new Refused(Cause.EXPIRED);
        }
        UserInfo user = status.getUser();
        String name = user == null ? null : user.getUsername();
        Matcher account = ACCOUNT.matcher(name == null ? "" : name);
        if (user == null || !account.matches()) {
            return new Refused(Cause.NOT_OF_ACCOUNT);
        }
        String pod = only(user.getExtra(), POD_NAME);
        String uid = only(user.getExtra(), POD_UID);
        return pod == null || uid == null
                ? new Refused(Cause.NOT_BOUND)
                : new Accepted(new TokenClaims(account.group(1), account.group(2), pod, uid, expires));
    }

    private static @Nullable String only(@Nullable Map<String, List<String>> extra, String key) {
        List<String> values = extra == null ? null : extra.get(key);
        return values != null && values.size() == 1 && !values.getFirst().isEmpty() ? values.getFirst() : null;
    }
}
