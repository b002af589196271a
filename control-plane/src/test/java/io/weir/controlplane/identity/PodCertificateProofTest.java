package io.weir.controlplane.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.Metadata;
import io.weir.controlplane.identity.ProxyAuthenticator.Denied;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates prove a pod of a cluster. */
class PodCertificateProofTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);
    private static final PodBinding BUYER =
            new PodBinding("shop", "buyer", "sa-uid", "buyer-0", "uid-1", "node-1", "node-uid");
    private static final String ID = "spiffe://mesh.example/ns/shop/sa/buyer";
    private static final String DNS = "buyer-0.shop.workload.mesh.example";

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock(NOW);
    private final Map<WorkloadKey, Workload> mesh = new ConcurrentHashMap<>();
    private StateFolder state;
    private CertificateAuthority authority;
    private KeyPair keys;

    @BeforeEach
    void open() throws IOException, GeneralSecurityException {
        state = StateFolder.open(folder.resolve("state"));
        authority = open(CertificateSettings.defaults());
        keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        meshHas("buyer-0", "uid-1");
    }

    private CertificateAuthority open(CertificateSettings settings) throws IOException {
        return CertificateAuthority.open(state, new TrustDomain("mesh.example"), settings, clock);
    }

    @AfterEach
    void close() throws IOException {
        authority.close();
    }

    private void meshHas(String name, String uid) {
        WorkloadKey key = new WorkloadKey("shop", name);
        mesh.put(
                key,
                new Workload(
                        key,
                        uid,
                        new Identity("shop", "buyer"),
                        List.of(),
                        Mode.DENY,
                        new Binds.Explicit(List.of("10.0.0.1"))));
    }

    private ProxyCredential proof(X509Certificate leaf) throws Denied {
        return new ClientCertificateAuthenticator(
                        ClientCertificateAuthenticator.Of.PODS,
                        authority.trustDomain(),
                        authority::bundle,
                        Membership.of(mesh::get, DenialReason.POD_NOT_KNOWN_YET),
                        clock)
                .authenticate(new Metadata(), session(leaf));
    }

    /** A TLS session that shows this certificate, and answers nothing else. */
    private static SSLSession session(X509Certificate leaf) {
        return (SSLSession) Proxy.newProxyInstance(
                SSLSession.class.getClassLoader(), new Class<?>[] {SSLSession.class}, (_, method, _) -> {
                    assertThat(method.getName()).isEqualTo("getPeerCertificates");
                    return new Certificate[] {leaf};
                });
    }

    private void refused(X509Certificate leaf, DenialReason reason) {
        assertThatExceptionOfType(Denied.class)
                .isThrownBy(() -> proof(leaf))
                .extracting(Denied::reason)
                .isEqualTo(reason);
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return Forgery.certificate(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private X509Certificate issued(PodBinding pod) throws GeneralSecurityException {
        return certificate(authority.issue(pod, keys.getPublic(), DAY).chainPem());
    }

    @Test
    void a_pod_certificate_is_a_workloads_for_a_key_of_its_own_and_names_the_pod() throws Exception {
        PodCertificate made = authority.issue(BUYER, keys.getPublic(), DAY);
        X509Certificate leaf = certificate(made.chainPem());
        Svid svid = authority.issue(BUYER.identity(), BUYER.workload());
        X509Certificate workloads = certificate(svid.chainPem());

        assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(PodBinding.of(leaf)).isEqualTo(BUYER);
        assertThat(PodBinding.of(workloads)).isNull();
        assertThat(leaf.getSubjectAlternativeNames()).containsExactlyElementsOf(workloads.getSubjectAlternativeNames());
        assertThat(leaf.getExtendedKeyUsage()).isEqualTo(workloads.getExtendedKeyUsage());
        assertThat(leaf.getKeyUsage()).isEqualTo(workloads.getKeyUsage());
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getCriticalExtensionOIDs()).isEqualTo(workloads.getCriticalExtensionOIDs());
        leaf.verify(authority.bundle().roots().getFirst().getPublicKey());
    }

    @Test
    void a_pod_certificate_lives_as_long_as_asked_from_less_than_five_minutes_ago() throws Exception {
        PodCertificate made = authority.issue(BUYER, keys.getPublic(), Duration.ofHours(1));
        assertThat(made.notBefore()).isEqualTo(NOW.minus(Duration.ofMinutes(4)));
        assertThat(made.notAfter()).isEqualTo(made.notBefore().plus(Duration.ofHours(1)));
        assertThat(made.renewAt())
                .isBetween(NOW.plus(Duration.ofMinutes(25)), NOW.plus(Duration.ofMinutes(31)))
                .isEqualTo(made.renewAt().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
        X509Certificate leaf = certificate(made.chainPem());
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(made.notBefore());
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(made.notAfter());
    }

    @Test
    void neither_the_settings_nor_the_signer_are_outlived() {
        PodCertificate made = authority.issue(BUYER, keys.getPublic(), Duration.ofDays(90));
        assertThat(made.notAfter()).isEqualTo(made.notBefore().plus(DAY));
        Instant end = authority.bundle().roots().getFirst().getNotAfter().toInstant();
        clock.set(end.minusSeconds(600));
        assertThat(authority.issue(BUYER, keys.getPublic(), DAY).notAfter()).isEqualTo(end);
    }

    @Test
    void a_name_that_could_stand_for_another_identity_gets_no_certificate() {
        for (String name : List.of("a/sa/b", "", "a b", "A", "..", "%2e")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> authority.issue(
                            new PodBinding("shop", name, "u", "buyer-0", "u", "n", "u"), keys.getPublic(), DAY));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> authority.issue(
                            new PodBinding("shop", "buyer", "u", name, "u", "n", "u"), keys.getPublic(), DAY));
        }
    }

    @Test
    void a_pod_certificate_proves_its_pod_until_it_ends() throws Exception {
        X509Certificate leaf = issued(BUYER);
        assertThat(proof(leaf))
                .isEqualTo(new ProxyCredential(
                        new ProxyIdentity("shop", "buyer", "buyer-0", "uid-1"),
                        leaf.getNotAfter().toInstant()));
        clock.forward(DAY);
        refused(leaf, DenialReason.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void the_certificate_of_a_former_pod_of_that_name_is_refused() throws Exception {
        X509Certificate leaf = issued(BUYER);
        meshHas("buyer-0", "uid-2");
        refused(leaf, DenialReason.OTHER_UID);
        mesh.clear();
        refused(leaf, DenialReason.POD_NOT_KNOWN_YET);
    }

    @Test
    void a_certificate_that_says_no_pod_proves_none() throws Exception {
        refused(
                certificate(authority.issue(BUYER.identity(), BUYER.workload()).chainPem()),
                DenialReason.CERTIFICATE_NOT_OF_POD);
    }

    @Test
    void a_certificate_whose_names_disagree_about_the_pod_is_refused() throws Exception {
        meshHas("buyer-1", "uid-9");
        for (PodBinding other : List.of(
                new PodBinding("shop", "buyer", "u", "buyer-1", "uid-9", "n", "u"),
                new PodBinding("shop", "seller", "u", "buyer-0", "uid-1", "n", "u"),
                new PodBinding("bank", "buyer", "u", "buyer-0", "uid-1", "n", "u"))) {
            refused(forged(other.extension()), DenialReason.CERTIFICATE_NAMES);
        }
        assertThat(proof(forged(BUYER.extension())).identity().uid()).isEqualTo("uid-1");
    }

    private X509Certificate forged(Extension extension) throws IOException, GeneralSecurityException {
        return Forgery.at(NOW)
                .uri(ID)
                .dns(DNS)
                .extension(extension)
                .signedByRootIn(state)
                .certificate();
    }

    @Test
    void a_certificate_whose_pod_cannot_be_read_is_refused() throws Exception {
        byte[] good = BUYER.extension().getExtnValue().getOctets();
        byte[] otherTag = good.clone();
        otherTag[2] = (byte) 0x81;
        byte[] noText = good.clone();
        noText[4] = (byte) 0xff;
        for (byte[] value : new byte[][] {
            {},
            {1, 2, 3},
            DERNull.INSTANCE.getEncoded(),
            new DERSequence().getEncoded(),
            new DERSequence(new DERUTF8String("buyer-0")).getEncoded(),
            java.util.Arrays.copyOf(good, good.length - 1),
            otherTag,
            noText,
            new PodBinding("shop", "buyer", "u", "buyer-0", "", "n", "u")
                    .extension()
                    .getExtnValue()
                    .getOctets()
        }) {
            refused(
                    forged(new Extension(new ASN1ObjectIdentifier(PodBinding.OID), false, value)),
                    DenialReason.CERTIFICATE_NAMES);
        }
    }
}
