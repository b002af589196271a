package io.weir.controlplane.identity.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.weir.controlplane.identity.SettableClock;
import io.weir.controlplane.identity.review.ReviewVerdict.Accepted;
import io.weir.controlplane.identity.review.ReviewVerdict.Cause;
import io.weir.controlplane.identity.review.ReviewVerdict.Refused;
import io.weir.controlplane.identity.token.TokenClaims;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenReviewsTest {

    private static final String AUDIENCE = "weir.io/xds";
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant END = NOW.plus(Duration.ofHours(1));
    private static final String POD = """
            "authentication.kubernetes.io/pod-name": ["buyer-0"], "authentication.kubernetes.io/pod-uid": ["uid-1"]""";
    private static final String BUYER = "system:serviceaccount:shop:buyer";
    private static final String GOOD = status("true", AUDIENCE, BUYER, POD);

    private final SettableClock clock = new SettableClock(NOW);
    private FakeReviews server;
    private TokenReviews reviews;

    @BeforeEach
    void open() throws IOException {
        server = FakeReviews.start();
        reviews = TokenReviews.of(server.client(), AUDIENCE, clock);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static String status(String authenticated, String audience, String user, String extra) {
        return """
                {"authenticated": %s, "audiences": ["%s"], "user": {"username": "%s", "extra": {%s}}}""".formatted(authenticated, audience, user, extra);
    }

    private static String token(String claims) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2lnbmF0dXJl";
    }

    private static String token() {
        return token("{\"aud\": [\"" + AUDIENCE + "\"], \"exp\": " + END.getEpochSecond() + "}");
    }

    private static ReviewVerdict refused(Cause cause) {
        return new Refused(cause);
    }

    private static ReviewVerdict accepted() {
        return new Accepted(new TokenClaims("shop", "buyer", "buyer-0", "uid-1", END));
    }

    @Test
    void an_accepted_token_proves_a_pod_until_it_ends() {
        server.status(GOOD);
        assertThat(reviews.review(token())).isEqualTo(accepted());
        assertThat(server.questions())
                .singleElement()
                .asString()
                .contains("\"audiences\":[\"" + AUDIENCE + "\"]")
                .contains(token());
    }

    @Test
    void a_token_for_another_audience_is_refused_whatever_the_api_server_says_of_it() {
        server.status(status("true", "https://kubernetes.default.svc", BUYER, POD));
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.WRONG_AUDIENCE));
        server.status("""
                {"authenticated": true, "user": {"username": "%s", "extra": {%s}}}""".formatted(BUYER, POD));
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.WRONG_AUDIENCE));
        server.status("{\"authenticated\": false}");
        assertThat(reviews.review(token("{\"aud\": \"vault\", \"exp\": " + END.getEpochSecond() + "}")))
                .isEqualTo(refused(Cause.WRONG_AUDIENCE));
    }

    @Test
    void a_token_that_the_api_server_refuses_is_refused() {
        server.status(status("false", AUDIENCE, BUYER, POD));
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.NOT_ACCEPTED));
        server.status("{}");
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.NOT_ACCEPTED));
        server.answer(201, "{\"kind\": \"TokenReview\", \"apiVersion\": \"authentication.k8s.io/v1\"}");
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.NOT_ACCEPTED));
        clock.set(END);
        server.status("{\"authenticated\": false}");
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.EXPIRED));
    }

    @Test
    void a_token_that_has_ended_is_refused_even_if_the_api_server_still_remembers_it() {
        clock.set(END);
        server.status(GOOD);
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.EXPIRED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "admin",
                "system:node:n1",
                "system:serviceaccount:shop",
                "system:serviceaccount:shop:",
                "system:serviceaccount:shop:buyer:more",
                "x-system:serviceaccount:shop:buyer"
            })
    void a_user_that_is_no_service_account_is_refused(String user) {
        server.status(status("true", AUDIENCE, user, POD));
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.NOT_OF_ACCOUNT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "\"authentication.kubernetes.io/pod-name\": [\"buyer-0\"]",
                "\"authentication.kubernetes.io/pod-uid\": [\"uid-1\"]",
                "\"authentication.kubernetes.io/pod-name\": [], \"authentication.kubernetes.io/pod-uid\": [\"uid-1\"]",
                "\"authentication.kubernetes.io/pod-name\": [\"a\", \"b\"], \"authentication.kubernetes.io/pod-uid\": [\"u\"]",
                "\"authentication.kubernetes.io/pod-name\": \"buyer-0\", \"authentication.kubernetes.io/pod-uid\": [\"uid-1\"]",
                "\"authentication.kubernetes.io/pod-name\": [\"buyer-0\"], \"authentication.kubernetes.io/pod-uid\": [1]",
                "\"authentication.kubernetes.io/pod-name\": [\"\"], \"authentication.kubernetes.io/pod-uid\": [\"uid-1\"]"
            })
    void a_token_that_is_not_bound_to_one_pod_is_refused(String extra) {
        server.status(status("true", AUDIENCE, BUYER, extra));
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.NOT_BOUND));
    }

    @Test
    void what_is_no_token_is_refused_without_a_question() {
        for (String text : new String[] {
            "", "a.b.c", "..", token("[]"), token("{\"exp\": \"soon\"}"), token("{\"exp\": -1}"), token("{"), "a.b"
        }) {
            assertThat(reviews.review(text)).as(text).isEqualTo(refused(Cause.MALFORMED));
        }
        assertThat(reviews.review("x".repeat(20_000))).isEqualTo(refused(Cause.TOO_LARGE));
        assertThat(server.questions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|{}",
                "429|{}",
                "403|{\"kind\": \"Status\", \"code\": 403}",
                "503|upstream gone",
                "201|no json",
                "201|[]",
                "201|null",
                "201|''",
                "201|{\"status\": \"authenticated\"}",
                "201|{\"status\": [{\"authenticated\": true}]}"
            })
    void what_is_no_answer_accepts_nobody(int code, String body) {
        server.answer(code, body);
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.UNREVIEWED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"true\" | [\"weir.io/xds\"] | NOT_ACCEPTED",
                "1 | [\"weir.io/xds\"] | NOT_ACCEPTED",
                "true | \"weir.io/xds\" | WRONG_AUDIENCE",
                "true | {\"a\": \"weir.io/xds\"} | WRONG_AUDIENCE"
            })
    void an_answer_of_another_shape_accepts_nobody(String authenticated, String audiences, Cause cause) {
        server.status("""
                {"authenticated": %s, "audiences": %s, "user": {"username": "%s", "extra": {%s}}}""".formatted(authenticated, audiences, BUYER, POD));
        assertThat(reviews.review(token())).isEqualTo(refused(cause));
    }

    @Test
    void a_server_that_does_not_answer_is_no_answer_after_five_seconds() {
        server.status(GOOD);
        reviews.review(token());
        server.hold();
        assertTimeout(
                Duration.ofSeconds(9), () -> assertThat(reviews.review(token())).isEqualTo(accepted()));
    }

    @Test
    void without_an_api_server_a_token_counts_for_five_minutes_after_it_was_accepted() {
        server.status(GOOD);
        reviews.review(token());
        server.answer(503, "{}");
        clock.forward(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(reviews.review(token())).isEqualTo(accepted());
        assertThat(reviews.review(token("{\"exp\": " + END.getEpochSecond() + "}")))
                .as("another token of the same pod")
                .isEqualTo(refused(Cause.UNREVIEWED));
        clock.forward(Duration.ofSeconds(1));
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.UNREVIEWED));
    }

    @Test
    void without_an_api_server_no_token_counts_beyond_its_own_end() {
        clock.set(END.minusSeconds(60));
        server.status(GOOD);
        assertThat(reviews.review(token())).isEqualTo(accepted());
        server.answer(503, "{}");
        clock.set(END);
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.UNREVIEWED));
    }

    @Test
    void a_token_that_was_refused_since_is_not_remembered() {
        server.status(GOOD);
        reviews.review(token());
        server.status("{\"authenticated\": false}");
        reviews.review(token());
        server.answer(503, "{}");
        assertThat(reviews.review(token())).isEqualTo(refused(Cause.UNREVIEWED));
    }

    @Test
    void a_server_that_is_gone_is_no_answer_either() {
        server.status(GOOD);
        reviews.review(token());
        server.stop();
        assertThat(reviews.review(token())).isEqualTo(accepted());
        assertThat(reviews.review(token("{\"exp\": " + END.getEpochSecond() + "}")))
                .isEqualTo(refused(Cause.UNREVIEWED));
    }

    @Test
    void no_more_than_ten_thousand_are_remembered() {
        RecentlyAccepted recent = new RecentlyAccepted();
        TokenClaims claims = new TokenClaims("shop", "buyer", "buyer-0", "uid-1", END);
        for (int i = 0; i <= RecentlyAccepted.MOST; i++) {
            recent.add("token-" + i, claims, NOW);
        }
        assertThat(recent.get("token-0", NOW)).isNull();
        assertThat(recent.get("token-1", NOW)).isEqualTo(claims);
    }
}
