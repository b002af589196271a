package io.weir.controlplane.identity.review;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.weir.controlplane.identity.review.ReviewVerdict.Accepted;
import io.weir.controlplane.identity.review.ReviewVerdict.Cause;
import io.weir.controlplane.identity.review.ReviewVerdict.Refused;
import io.weir.controlplane.identity.token.TokenClaims;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks the API server about tokens, one request for each. Safe for use by many threads; a review blocks its thread. */
public final class TokenReviews {

    private static final Logger LOG = LoggerFactory.getLogger(TokenReviews.class);

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST = 16_384;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
    private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
    private static final Pattern ACCOUNT = Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");

    private final HttpClient http;
    private final String place;
    private final String audience;
    private final InstantSource clock;
    private final RecentlyAccepted recent = new RecentlyAccepted();
    private final AtomicBoolean away = new AtomicBoolean();

    private TokenReviews(HttpClient http, String place, String audience, InstantSource clock) {
        this.http = http;
        this.place = place;
        this.audience = audience;
        this.clock = clock;
    }

    /**
     * @param client stays its owner's, and must be open for as long as tokens are judged
     * @param audience that a token must be meant for
     */
    public static TokenReviews of(KubernetesClient client, String audience, InstantSource clock) {
        // A proxy waits, and comes back by itself: one attempt, and soon an answer.
        RequestConfig once = new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                .withRequestRetryBackoffLimit(0)
                .build();
        String url = client.getMasterUrl().toString();
        return new TokenReviews(
                client.getHttpClient().newBuilder().tag(once).build(),
                (url.endsWith("/") ? url.substring(0, url.length() - 1) : url) + PATH,
                audience,
                clock);
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
        JsonNode status = ask(token);
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

    /**
     * The status; null if there is no answer. As plain JSON, which takes two thirds of what the client's own model of a review does: a
     * thousand sidecars that come back ask for a thousand.
     */
    private @Nullable JsonNode ask(String token) {
        ObjectNode question = JSON.createObjectNode()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenReview");
        question.putObject("spec").put("token", token).putArray("audiences").add(audience);
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(place)
                .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .post("application/json", JSON.writeValueAsString(question))
                .build();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, String.class);
        try {
            // The client has the same limit; that it keeps it must not be a matter of trust.
            HttpResponse<String> response = answer.get(PATIENCE.toMillis() * 3 / 2, TimeUnit.MILLISECONDS);
            JsonNode review = response.isSuccessful() ? JSON.readTree(response.body()) : null;
            if (review instanceof ObjectNode object && isStatus(object.path("status"))) {
                if (away.compareAndSet(true, false)) {
                    LOG.info("tokens of proxies are reviewed again");
                }
                return object.path("status");
            }
            unanswered(response.code(), null);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            unanswered(0, e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            unanswered(0, e);
        } catch (ExecutionException e) {
            unanswered(0, e.getCause());
        } catch (JacksonException e) {
            unanswered(0, e);
        }
        return null;
    }

    /** A review without one accepts nobody; one of another shape was not written by an API server. */
    private static boolean isStatus(JsonNode status) {
        return status.isObject() || status.isNull() || status.isMissingNode();
    }

    /** @param status of HTTP; 0 if there was none */
    private void unanswered(int status, @Nullable Throwable cause) {
        if (away.compareAndSet(false, true)) {
            // A message may hold what was sent.
            LOG.warn(
                    "tokens of proxies can't be reviewed: status={} cause={}; for {} those reviewed before count",
                    status,
                    cause == null ? "none" : cause.getClass().getSimpleName(),
                    RecentlyAccepted.LIFE);
        }
    }

    private ReviewVerdict judge(JsonNode status, UnverifiedToken says, Instant expires, Instant now) {
        if (!status.path("authenticated").booleanValue(false)) {
            return new Refused(
                    !says.isFor(audience)
                            ? Cause.WRONG_AUDIENCE
                            : now.isBefore(expires) ? Cause.NOT_ACCEPTED : Cause.EXPIRED);
        }
        // An authenticator that knows no audiences accepts a token that is meant for anyone.
        if (!isAmong(audience, status.path("audiences"))) {
            return new Refused(Cause.WRONG_AUDIENCE);
        }
        if (!now.isBefore(expires)) {
            return new Refused(Cause.EXPIRED);
        }
        JsonNode user = status.path("user");
        Matcher account = ACCOUNT.matcher(user.path("username").stringValue(""));
        if (!account.matches()) {
            return new Refused(Cause.NOT_OF_ACCOUNT);
        }
        String pod = only(user.path("extra").path(POD_NAME));
        String uid = only(user.path("extra").path(POD_UID));
        return pod == null || uid == null
                ? new Refused(Cause.NOT_BOUND)
                : new Accepted(new TokenClaims(account.group(1), account.group(2), pod, uid, expires));
    }

    private static boolean isAmong(String wanted, JsonNode values) {
        return values.isArray()
                && values.valueStream().anyMatch(one -> one.stringValue("").equals(wanted));
    }

    private static @Nullable String only(JsonNode values) {
        String value = values.isArray() && values.size() == 1 ? values.path(0).stringValue("") : "";
        return value.isEmpty() ? null : value;
    }
}
