package io.weir.controlplane.identity.ca.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.controlplane.identity.TestRoots;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.RotationStep.Moved;
import io.weir.controlplane.identity.ca.RotationStep.Phase;
import io.weir.controlplane.identity.ca.RotationStep.Stayed;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateUnusable;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control planes that share one authority in a real API server. */
@KubeTest
class SharedAuthorityTest {

    private static final TrustDomain DOMAIN = new TrustDomain("cluster.local");
    private static final CertificateSettings AT_ONCE =
            new CertificateSettings(Duration.ofHours(1), Duration.ofDays(100), Duration.ofMinutes(1), Duration.ZERO);

    private KubernetesClient client;
    private String namespace;

    @BeforeEach
    void cluster(KubeApiServer kube) {
        client = kube.client();
        namespace = kube.namespace("ca");
    }

    private CertificateAuthority open(@Nullable String given) throws IOException {
        return CertificateAuthority.open(
                new CertificateAuthority.Shared(
                        new SecretAuthorityStore(client, namespace),
                        given == null ? null : new SecretRoots(client, namespace, given)),
                DOMAIN,
                AT_ONCE,
                InstantSource.system());
    }

    private Secret secret() {
        return client.secrets()
                .inNamespace(namespace)
                .withName(SecretAuthorityStore.NAME)
                .get();
    }

    private void deleteSecret() {
        client.secrets()
                .inNamespace(namespace)
                .withName(SecretAuthorityStore.NAME)
                .delete();
    }

    private void give(TestRoots.Root root) {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("own-root")
                        .endMetadata()
                        .withType("kubernetes.io/tls")
                        .withStringData(Map.of("tls.crt", root.certificate(), "tls.key", root.key()))
                        .build())
                .createOr(existing -> existing.update());
    }

    @Test
    void of_control_planes_that_begin_at_once_one_makes_the_root() throws Exception {
        List<Future<CertificateAuthority>> opening = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (int i = 0; i < 6; i++) {
                opening.add(threads.submit(() -> open(null)));
            }
        }
        List<String> bundles = new ArrayList<>();
        for (Future<CertificateAuthority> one : opening) {
            bundles.add(one.get().bundle().version());
        }
        assertThat(bundles).hasSize(6).containsOnly(bundles.getFirst());
    }

    @Test
    void a_rotation_that_one_moves_on_is_followed_by_the_other() throws IOException {
        CertificateAuthority leader = open(null);
        CertificateAuthority follower = open(null);
        assertThat(follower.reload()).isFalse();

        leader.rotate();
        assertThat(follower.reload()).isTrue();
        assertThat(follower.bundle()).isEqualTo(leader.bundle());
        assertThat(leader.advance(_ -> true)).isEqualTo(new Moved(Phase.DISTRIBUTING, Phase.SIGNING_NEW));
        assertThat(follower.reload()).isTrue();

        assertThat(follower.issue(new Identity("shop", "web"), new WorkloadKey("shop", "web-1"))
                        .signer())
                .isEqualTo(leader.status().signer());
    }

    @Test
    void who_knows_an_older_state_changes_nothing() throws IOException {
        CertificateAuthority first = open(null);
        CertificateAuthority second = open(null);
        first.rotate();

        assertThat(second.rotate()).isInstanceOf(Stayed.class);
        assertThat(second.reload()).isTrue();
        assertThat(second.bundle()).isEqualTo(first.bundle());
    }

    @Test
    void a_lost_secret_is_an_alarm_and_never_a_new_root() throws IOException {
        CertificateAuthority running = open(null);
        Secret saved = secret();
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(Sidecar.ROOTS_CONFIG_MAP)
                        .endMetadata()
                        .addToData(Sidecar.ROOTS_KEY, running.bundle().pem())
                        .build())
                .create();
        String signer = running.status().signer();
        deleteSecret();

        assertThat(running.reload()).isFalse();
        assertThat(running.status().alarm()).contains("is gone", "restore it from a backup");
        assertThat(running.issue(new Identity("shop", "web"), new WorkloadKey("shop", "web-1"))
                        .signer())
                .isEqualTo(signer);
        assertThatThrownBy(() -> open(null))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("its roots were published")
                .hasMessageContaining("restore it from a backup");
        assertThat(secret()).isNull();

        client.resource(new SecretBuilder(saved)
                        .editMetadata()
                        .withResourceVersion(null)
                        .withUid(null)
                        .endMetadata()
                        .build())
                .create();
        assertThat(running.reload()).isFalse();
        assertThat(running.status().alarm()).isEmpty();
        assertThat(open(null).status().signer()).isEqualTo(signer);
    }

    @Test
    void another_authority_in_its_place_is_an_alarm_for_who_served_the_one_before() throws IOException {
        CertificateAuthority running = open(null);
        CertificateAuthority.Status before = running.status();
        deleteSecret();
        CertificateAuthority another = open(null);

        assertThat(running.reload()).isFalse();
        assertThat(running.status().alarm()).contains("holds another authority than the mesh trusts");
        assertThat(running.bundle()).isNotEqualTo(another.bundle());
        assertThat(running.status().bundleVersion()).isEqualTo(before.bundleVersion());
        assertThat(running.rotate()).isInstanceOf(Stayed.class);
        assertThat(another.reload()).isFalse();
        assertThat(another.status().alarm()).isEmpty();
    }

    @Test
    void a_damaged_secret_is_an_alarm_and_not_quoted() throws IOException {
        CertificateAuthority running = open(null);
        client.resource(new SecretBuilder(secret())
                        .withData(null)
                        .addToStringData("authority.json", "{\"key\": \"MIGH\"}")
                        .build())
                .update();

        assertThat(running.reload()).isFalse();
        assertThat(running.status().alarm()).contains("is damaged").doesNotContain("MIGH");
        assertThatThrownBy(() -> open(null)).isInstanceOf(StateUnusable.class).hasMessageNotContaining("MIGH");
    }

    @Test
    void a_root_that_its_owner_gives_signs_and_is_replaced_by_an_ordinary_rotation() throws IOException {
        TestRoots.Root first = TestRoots.rsa("CN=first");
        give(first);
        CertificateAuthority authority = open("own-root");
        assertThat(authority.bundle().pem()).contains(first.certificate().strip());
        assertThat(authority.rotate())
                .isInstanceOfSatisfying(
                        Stayed.class, stayed -> assertThat(stayed.waitingFor()).contains("own-root"));
        assertThat(authority.advance(_ -> true)).isInstanceOf(Stayed.class);

        TestRoots.Root second = TestRoots.ec("CN=second");
        give(second);
        assertThat(authority.advance(_ -> false)).isEqualTo(new Moved(Phase.STEADY, Phase.DISTRIBUTING));
        assertThat(authority.bundle().pem())
                .contains(first.certificate().strip(), second.certificate().strip());
        assertThat(authority.advance(_ -> true)).isEqualTo(new Moved(Phase.DISTRIBUTING, Phase.SIGNING_NEW));
        assertThat(open("own-root").status().signer())
                .isEqualTo(authority.status().signer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "ec384"})
    void a_given_root_signs_before_and_after_it_is_read_again(String kind) throws Exception {
        TestRoots.Root root = switch (kind) {
            case "rsa" -> TestRoots.rsa("CN=own");
            case "ec" -> TestRoots.ec("CN=own");
            default -> TestRoots.ec384("CN=own");
        };
        give(root);
        for (CertificateAuthority authority : List.of(open("own-root"), open("own-root"))) {
            Svid svid = authority.issue(new Identity("shop", "web"), new WorkloadKey("shop", "web-1"));
            certificate(svid.chainPem()).verify(certificate(root.certificate()).getPublicKey());
            PrivateKeyInfo key = PrivateKeyInfo.getInstance(
                    Base64.getMimeDecoder().decode(svid.keyPem().replaceAll("-----[A-Z ]+-----", "")));
            assertThat(ECPrivateKey.getInstance(key.parsePrivateKey()).getPublicKey())
                    .as("the half that a proxy need not be sent")
                    .isNull();
        }
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void a_given_root_that_can_not_sign_is_refused() {
        TestRoots.Root good = TestRoots.ec("CN=good");
        for (TestRoots.Root bad : List.of(
                new TestRoots.Root(good.certificate(), TestRoots.ec("CN=other").key()),
                new TestRoots.Root(good.certificate(), TestRoots.rsa("CN=other").key()),
                TestRoots.leaf("CN=leaf"),
                new TestRoots.Root("no certificate", good.key()),
                new TestRoots.Root(good.certificate(), "no key"))) {
            give(bad);
            assertThatThrownBy(() -> open("own-root"))
                    .isInstanceOf(StateUnusable.class)
                    .hasMessageContaining("Secret " + namespace + "/own-root can't be this mesh's root");
            assertThat(secret()).isNull();
        }
    }
}
