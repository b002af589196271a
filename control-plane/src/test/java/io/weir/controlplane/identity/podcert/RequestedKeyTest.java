package io.weir.controlplane.identity.podcert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestedKeyTest {

    private static KeyPair keys(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        return generator.generateKeyPair();
    }

    private static String reason(String pkcs10) {
        try {
            assertThat(RequestedKey.of(pkcs10)).isNotNull();
            return "none";
        } catch (Refused refused) {
            assertThat(refused.kind()).isEqualTo(Refused.Kind.DENIED);
            assertThat(refused.message()).startsWith("spec.stubPKCS10Request ");
            return refused.reason();
        }
    }

    @ParameterizedTest
    @CsvSource({"EC,256", "EC,384", "RSA,2048", "RSA,3072", "RSA,4096"})
    void a_key_that_signed_its_own_request_is_taken(String algorithm, int size) throws Exception {
        KeyPair keys = keys(algorithm, size);
        assertThat(RequestedKey.of(TestKubelet.pkcs10(keys, keys))).isEqualTo(keys.getPublic());
    }

    @ParameterizedTest
    @CsvSource({"EC,521", "Ed25519,0", "RSA,1024"})
    void a_key_that_sidecars_cannot_use_is_refused_and_told_which_they_can(String algorithm, int size)
            throws Exception {
        KeyPair keys = keys(algorithm, size);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> RequestedKey.of(TestKubelet.pkcs10(keys, keys)))
                .withMessageContaining("keyType: ECDSAP256")
                .extracting(Refused::reason)
                .isEqualTo("UnsupportedKeyType");
    }

    @Test
    void a_request_that_another_key_signed_proves_nothing() throws Exception {
        assertThat(reason(TestKubelet.pkcs10(keys("EC", 256), keys("EC", 256)))).isEqualTo("NoProofOfPossession");
        assertThat(reason(TestKubelet.pkcs10(keys("RSA", 2048), keys("RSA", 2048))))
                .isEqualTo("NoProofOfPossession");
        assertThat(reason(TestKubelet.pkcs10(keys("EC", 256), keys("EC", 384)))).isEqualTo("NoProofOfPossession");
    }

    @Test
    void what_is_no_request_is_refused() {
        for (String text : new String[] {"", "%", "AAAA", "MAA=", "A".repeat(20_000)}) {
            assertThat(reason(text)).as(text).isEqualTo("InvalidRequest");
        }
    }

    @Test
    void a_request_with_any_byte_changed_is_refused_or_has_its_own_proof() throws Exception {
        KeyPair keys = keys("EC", 256);
        byte[] good = Base64.getDecoder().decode(TestKubelet.pkcs10(keys, keys));
        Random random = new Random(4);
        for (int i = 0; i < 2_000; i++) {
            byte[] bad = random.nextBoolean() ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length));
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            }
            assertThat(reason(Base64.getEncoder().encodeToString(bad))).isNotEqualTo("none");
        }
    }
}
