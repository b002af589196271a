package io.weir.controlplane.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.weir.controlplane.identity.SettableClock;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each field of the certificates, as the JDK reads them. */
class CertificateProfileTest {

    private static final Identity BOOKBUYER = new Identity("shop", "book.buyer");
    private static final WorkloadKey REPLICA = new WorkloadKey("shop", "bookbuyer-0");
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    @TempDir
    private Path temporary;

    private final SettableClock clock = SettableClock.at("2026-11-24T12:00:00Z");
    private CertificateAuthority authority;

    @BeforeEach
    void open() throws IOException {
        authority = open(CertificateSettings.defaults());
    }

    private CertificateAuthority open(CertificateSettings settings) throws IOException {
        return CertificateAuthority.open(
                StateFolder.open(temporary.resolve("state")), new TrustDomain("mesh.example"), settings, clock);
    }

    @AfterEach
    void close() throws IOException {
        authority.close();
    }

    @Test
    void a_workload_certificate_has_the_spiffe_profile() throws GeneralSecurityException {
        X509Certificate root = authority.bundle().roots().getFirst();
        Svid svid = authority.issue(BOOKBUYER, REPLICA);
        X509Certificate leaf = Pem.certificate(svid.chainPem());

        assertThat(leaf.getVersion()).isEqualTo(3);
        assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
        assertThat(leaf.getIssuerX500Principal()).isEqualTo(root.getSubjectX500Principal());
        assertThat(leaf.getSerialNumber().signum()).isPositive();
        assertThat(leaf.getSerialNumber().bitLength()).isBetween(100, 159);
        assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(((ECPublicKey) leaf.getPublicKey()).getParams().getOrder().bitLength())
                .isEqualTo(256);
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(Instant.parse("2026-11-24T11:55:00Z"));
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(Instant.parse("2026-11-25T12:00:00Z"));
        assertThat(svid.notAfter()).isEqualTo(leaf.getNotAfter().toInstant());
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getKeyUsage())
                .isEqualTo(new boolean[] {true, false, false, false, false, false, false, false, false});
        assertThat(leaf.getExtendedKeyUsage()).containsExactly(SERVER_AUTH, CLIENT_AUTH);
        assertThat(names(leaf))
                .containsExactlyInAnyOrder(
                        List.of(6, "spiffe://mesh.example/ns/shop/sa/book.buyer"),
                        List.of(2, "bookbuyer-0.shop.workload.mesh.example"));
        // Basic constraints, key usage, and (there being no subject) the names.
        assertThat(leaf.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15", "2.5.29.17");
        assertThat(leaf.getNonCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.37", "2.5.29.35");
        assertThat(keyIdentifier(leaf, "2.5.29.35")).contains(keyIdentifier(root, "2.5.29.14"));
        leaf.verify(root.getPublicKey());
    }

    @Test
    void the_key_is_the_certificates() throws GeneralSecurityException {
        Svid svid = authority.issue(BOOKBUYER, REPLICA);
        byte[] message = {1, 2, 3};
        Signature sign = Signature.getInstance("SHA256withECDSA");
        sign.initSign(Pem.key(svid.keyPem()));
        sign.update(message);
        Signature verify = Signature.getInstance("SHA256withECDSA");
        verify.initVerify(Pem.certificate(svid.chainPem()));
        verify.update(message);
        assertThat(verify.verify(sign.sign())).isTrue();
    }

    @Test
    void the_root_may_only_sign() throws GeneralSecurityException {
        X509Certificate root = authority.bundle().roots().getFirst();

        root.verify(root.getPublicKey());
        assertThat(root.getSubjectX500Principal()).isEqualTo(root.getIssuerX500Principal());
        assertThat(root.getBasicConstraints()).as("signs no authorities").isZero();
        assertThat(root.getKeyUsage())
                .isEqualTo(new boolean[] {false, false, false, false, false, true, true, false, false});
        assertThat(root.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(names(root)).containsExactly(List.of(6, "spiffe://mesh.example"));
        assertThat(root.getNotBefore().toInstant()).isEqualTo(Instant.parse("2026-11-24T11:55:00Z"));
        assertThat(root.getNotAfter().toInstant()).isEqualTo(clock.instant().plus(Duration.ofDays(3652)));
    }

    @Test
    void the_xds_servers_certificate_names_no_workload() throws GeneralSecurityException {
        ServerCertificate server = authority.issueXdsServer();

        assertThat(names(server.certificate()))
                .containsExactlyInAnyOrder(
                        List.of(2, "weir-xds.mesh.example"), List.of(2, "localhost"), List.of(7, "127.0.0.1"));
        assertThat(server.certificate().getExtendedKeyUsage()).containsExactly(SERVER_AUTH);
        assertThat(server.certificate().getBasicConstraints()).isEqualTo(-1);
        server.certificate().verify(authority.bundle().roots().getFirst().getPublicKey());
    }

    @Test
    void no_two_certificates_share_a_key_or_a_serial_number() throws GeneralSecurityException {
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            Svid svid = authority.issue(BOOKBUYER, REPLICA);
            assertThat(seen.add(svid.keyPem())).isTrue();
            assertThat(seen.add(Pem.certificate(svid.chainPem()).getSerialNumber()))
                    .isTrue();
        }
    }

    @Test
    void a_certificate_does_not_outlive_its_signer() {
        clock.set(
                authority.bundle().roots().getFirst().getNotAfter().toInstant().minusSeconds(600));
        Svid svid = authority.issue(BOOKBUYER, REPLICA);
        assertThat(svid.notAfter())
                .isEqualTo(authority.bundle().roots().getFirst().getNotAfter().toInstant());
        assertThat(svid.renewAt()).isBefore(svid.notAfter()).isAfter(clock.instant());
    }

    @Test
    void renewal_is_due_at_half_of_the_life_spread_by_workload() {
        Set<Instant> moments = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            WorkloadKey workload = new WorkloadKey("shop", "w-" + i);
            Instant renewAt = authority.issue(BOOKBUYER, workload).renewAt();
            assertThat(renewAt)
                    .isBetween(
                            clock.instant().plus(Duration.ofMinutes(648)),
                            clock.instant().plus(Duration.ofMinutes(792)))
                    .isEqualTo(authority.issue(BOOKBUYER, workload).renewAt());
            moments.add(renewAt);
        }
        assertThat(moments).hasSizeGreaterThan(90);
    }

    @Test
    void lives_of_seconds_are_possible() throws IOException {
        authority.close();
        authority = open(new CertificateSettings(
                Duration.ofSeconds(3), Duration.ofDays(1), Duration.ofSeconds(1), Duration.ZERO));
        Svid svid = authority.issue(BOOKBUYER, REPLICA);
        assertThat(svid.notAfter()).isEqualTo(clock.instant().plusSeconds(3));
        assertThat(svid.renewAt())
                .isBetween(clock.instant().plusMillis(1350), clock.instant().plusMillis(1650));
    }

    @Test
    void a_name_that_could_stand_for_another_identity_gets_no_certificate() {
        for (String account : List.of("a/sa/b", "", "a b", "A", "a\u0000", "..", "a/", "%2e", "ä")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> authority.issue(new Identity("shop", account), REPLICA));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> authority.issue(BOOKBUYER, new WorkloadKey("shop", account)));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> authority.issue(new Identity("shop.a", "sa"), REPLICA));
    }

    private static Collection<List<?>> names(X509Certificate certificate) throws GeneralSecurityException {
        return certificate.getSubjectAlternativeNames();
    }

    /** The bytes of the identifier itself, its wrapping removed. */
    private static String keyIdentifier(X509Certificate certificate, String oid) {
        String hex = java.util.HexFormat.of().formatHex(certificate.getExtensionValue(oid));
        return hex.substring(hex.length() - 40);
    }
}
