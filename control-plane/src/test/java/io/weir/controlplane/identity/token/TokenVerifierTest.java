package io.weir.controlplane.identity.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.identity.SettableClock;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.state.StateUnusable;
import io.weir.controlplane.identity.token.TokenVerdict.Accepted;
import io.weir.controlplane.identity.token.TokenVerdict.Cause;
import io.weir.controlplane.identity.token.TokenVerdict.Refused;
import io.weir.controlplane.model.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenVerifierTest {

    private static final TrustDomain MESH = new TrustDomain("mesh.example");
    private static final Identity BUYER = new Identity("shop", "buyer");

    @TempDir
    private Path temporary;

    private final SettableClock clock = SettableClock.at("2026-11-24T12:00:00Z");
    private StateFolder folder;
    private TokenIssuer issuer;
    private TokenVerifier verifier;

    @BeforeEach
    void open() throws IOException {
        folder = StateFolder.open(temporary.resolve("state"));
        issuer = TokenIssuer.open(folder, MESH, TokenIssuer.LIFE, clock);
        verifier = TokenVerifier.open(folder, MESH, clock);
    }

    private String token() {
        return issuer.issue(BUYER, "buyer-0", "uid-1").value();
    }

    /** Claims of a good token, with a change, under a good signature. */
    private String signed(String from, String to) throws IOException {
        String claims = new String(Base64.getUrlDecoder().decode(token().split("\\.", -1)[1]), StandardCharsets.UTF_8);
        assertThat(claims).contains(from);
        return TokenIssuer.sign(TokenKey.of(folder), claims.replace(from, to));
    }

    private void refused(String token, Cause cause) {
        assertThat(verifier.verify(token)).isEqualTo(new Refused(cause));
    }

    @Test
    void a_token_says_who_it_was_made_for() {
        assertThat(verifier.verify(token()))
                .isEqualTo(new Accepted(new TokenClaims(
                        "shop", "buyer", "buyer-0", "uid-1", clock.instant().plusSeconds(3620))));
    }

    @Test
    void a_token_outlives_a_restart_of_the_verifier() throws IOException {
        assertThat(TokenVerifier.open(folder, MESH, clock).verify(token())).isInstanceOf(Accepted.class);
    }

    @Test
    void a_token_ends_an_hour_after_it_was_made_allowing_for_20_seconds() {
        String token = token();
        clock.forward(Duration.ofSeconds(3619));
        assertThat(verifier.verify(token)).isInstanceOf(Accepted.class);
        clock.forward(Duration.ofSeconds(1));
        refused(token, Cause.EXPIRED);
    }

    @Test
    void a_token_from_the_future_is_refused_allowing_for_20_seconds() {
        String token = token();
        clock.forward(Duration.ofSeconds(-20));
        assertThat(verifier.verify(token)).isInstanceOf(Accepted.class);
        clock.forward(Duration.ofSeconds(-1));
        refused(token, Cause.BAD_LIFETIME);
    }

    @Test
    void well_signed_but_wrong_claims_are_refused() throws IOException {
        refused(signed("\"aud\":\"weir-xds\"", "\"aud\":\"vault\""), Cause.WRONG_AUDIENCE);
        refused(signed("\"aud\":\"weir-xds\"", "\"aud\":[\"weir-xds\",\"vault\"]"), Cause.WRONG_AUDIENCE);
        refused(signed("\"aud\":\"weir-xds\",", ""), Cause.WRONG_AUDIENCE);
        refused(signed("\"iss\":\"spiffe://mesh.example\"", "\"iss\":\"spiffe://other\""), Cause.WRONG_ISSUER);
        refused(signed("\"sa\":\"buyer\"", "\"sa\":\"thief\""), Cause.MALFORMED);
        refused(signed("\"ns\":\"shop\"", "\"ns\":\"bank\""), Cause.MALFORMED);
        refused(signed("\"uid\":\"uid-1\"", "\"uid\":\"\""), Cause.MALFORMED);
        refused(signed("\"uid\":\"uid-1\"", "\"uid\":1"), Cause.MALFORMED);
        refused(signed("\"uid\":\"uid-1\"", "\"uid\":null"), Cause.MALFORMED);
        refused(signed("\"workload\":\"buyer-0\",", ""), Cause.MALFORMED);
        refused(signed("\"exp\":", "\"exp\":\"\",\"x\":"), Cause.MALFORMED);
        refused(signed("\"exp\":", "\"exp\":1e300,\"x\":"), Cause.MALFORMED);
        refused(signed("\"exp\":", "\"exp\":99999999999999999999,\"x\":"), Cause.MALFORMED);
        refused(signed("\"exp\":", "\"exp\":9223372036854775807,\"x\":"), Cause.MALFORMED);
        refused(signed("\"exp\":", "\"exp\":-1,\"x\":"), Cause.MALFORMED);
        refused(signed("\"exp\":", "\"exp\":1,\"exp\":"), Cause.MALFORMED);
        refused(signed("\"exp\":", "\"exp\":253402300799,\"x\":"), Cause.BAD_LIFETIME);
        refused(signed("{", "[{"), Cause.MALFORMED);
        refused(signed("}", "}}"), Cause.MALFORMED);
        refused(TokenIssuer.sign(TokenKey.of(folder), "[".repeat(2000)), Cause.MALFORMED);
        refused(TokenIssuer.sign(TokenKey.of(folder), ""), Cause.MALFORMED);
        refused(TokenIssuer.sign(TokenKey.of(folder), "null"), Cause.MALFORMED);
    }

    @Test
    void the_token_of_another_key_is_refused() throws IOException {
        StateFolder other = StateFolder.open(temporary.resolve("other"));
        String token = TokenIssuer.open(other, MESH, TokenIssuer.LIFE, clock)
                .issue(BUYER, "buyer-0", "uid-1")
                .value();
        refused(token, Cause.OTHER_KEY);
        String[] parts = token.split("\\.", -1);
        refused(token().split("\\.", -1)[0] + "." + parts[1] + "." + parts[2], Cause.BAD_SIGNATURE);
    }

    @Test
    void no_other_algorithm_is_accepted() {
        String[] parts = token().split("\\.", -1);
        for (String header : List.of(
                "{\"alg\":\"none\"}",
                "{\"alg\":\"None\",\"typ\":\"JWT\"}",
                "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"jwk\":{},\"typ\":\"JWT\"}",
                "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}")) {
            String encoded =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
            refused(encoded + "." + parts[1] + "." + parts[2], Cause.OTHER_KEY);
            refused(encoded + "." + parts[1] + ".", Cause.OTHER_KEY);
        }
    }

    @Test
    void a_signature_has_64_bytes_within_the_curve() {
        String[] parts = token().split("\\.", -1);
        byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
        byte[] order = new byte[64];
        Arrays.fill(order, (byte) 0xff);
        for (byte[] wrong : List.of(
                new byte[0],
                new byte[64],
                order,
                Arrays.copyOf(signature, 63),
                Arrays.copyOf(signature, 65),
                Arrays.copyOf(signature, 2000))) {
            String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(wrong);
            refused(parts[0] + "." + parts[1] + "." + encoded, Cause.BAD_SIGNATURE);
        }
    }

    @Test
    void a_token_has_one_spelling() {
        String token = token();
        refused(token + "=", Cause.MALFORMED);
        refused(token + "==", Cause.MALFORMED);
        refused(token + "\n", Cause.MALFORMED);
        refused(" " + token, Cause.OTHER_KEY);
        refused(token + ".", Cause.MALFORMED);
        refused("", Cause.MALFORMED);
        refused("..", Cause.OTHER_KEY);
        // 64 bytes leave four bits of the last character unused.
        char last = token.charAt(token.length() - 1);
        refused(token.substring(0, token.length() - 1) + (char) (last + 1), Cause.MALFORMED);
    }

    @Test
    void a_large_text_is_refused_unread() {
        refused("a".repeat(4097), Cause.TOO_LARGE);
        refused(token() + "A".repeat(8192), Cause.TOO_LARGE);
    }

    @Test
    void twenty_thousand_mutations_are_all_refused() {
        long seed = 20261124;
        Random random = new Random(seed);
        String good = token();
        Set<Cause> seen = EnumSet.noneOf(Cause.class);
        for (int i = 0; i < 20_000; i++) {
            String mutated = mutate(good, random);
            if (mutated.equals(good)) {
                continue;
            }
            TokenVerdict verdict = verifier.verify(mutated);
            assertThat(verdict).as("seed %s, round %s", seed, i).isInstanceOf(Refused.class);
            seen.add(((Refused) verdict).cause());
        }
        assertThat(seen).contains(Cause.OTHER_KEY, Cause.MALFORMED, Cause.BAD_SIGNATURE, Cause.TOO_LARGE);
    }

    /** One to three edits: a changed, dropped, doubled or foreign character, swapped parts, a cut, or much more text. */
    private static String mutate(String token, Random random) {
        StringBuilder text = new StringBuilder(token);
        int edits = 1 + random.nextInt(3);
        for (int i = 0; i < edits && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(8)) {
                case 0, 1 -> text.setCharAt(at, "ABCabc012-_.".charAt(random.nextInt(12)));
                case 2 -> text.deleteCharAt(at);
                case 3 -> text.insert(at, text.charAt(at));
                case 4 -> text.setCharAt(at, (char) random.nextInt(0x10000));
                case 5 -> text.setLength(at);
                case 6 -> {
                    List<String> parts = Arrays.asList(text.toString().split("\\.", -1));
                    java.util.Collections.shuffle(parts, random);
                    text = new StringBuilder(String.join(".", parts));
                }
                default -> text.insert(at, "A".repeat(random.nextInt(6000)));
            }
        }
        return text.toString();
    }

    @Test
    void a_damaged_key_is_refused_and_never_quoted() throws IOException {
        String whole = folder.read(TokenKey.FILE);
        assertThat(whole).isNotNull();
        folder.write("token-key", whole.replaceFirst("\n.*\n", "\n"));
        assertThatThrownBy(() -> TokenVerifier.open(folder, MESH, clock))
                .isInstanceOf(StateUnusable.class)
                .hasMessageNotContaining(whole.substring(0, 20))
                .hasNoCause();
        StateFolder other = StateFolder.open(temporary.resolve("other"));
        TokenVerifier.open(other, MESH, clock);
        String theirs = other.read(TokenKey.FILE);
        assertThat(theirs).isNotNull();
        folder.write("token-key", whole.split("\n", -1)[0] + "\n" + theirs.split("\n", -1)[1] + "\n");
        assertThatThrownBy(() -> TokenVerifier.open(folder, MESH, clock)).isInstanceOf(StateUnusable.class);
    }

    @Test
    void a_life_beyond_a_day_is_not_to_be_had() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenIssuer.open(folder, MESH, Duration.ofHours(25), clock));
    }

    @Test
    void nothing_printable_holds_a_token() {
        Token token = issuer.issue(BUYER, "buyer-0", "uid-1");
        assertThat(token.toString())
                .doesNotContain(token.value())
                .doesNotContain(token.value().split("\\.", -1)[2]);
    }
}
