package io.weir.controlplane.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.Forgery.Forged;
import io.weir.controlplane.identity.XdsPort.Credential;
import io.weir.controlplane.identity.XdsPort.Stream;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.RotationStep.Moved;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.TokenIssuer;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.server.ProxyStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who gets in at the xDS port: a real server, real TLS. TLS itself reads the wall clock, so certificates must be valid
 * by it: the test's clock begins a certificate's half life earlier.
 */
class XdsPortTest {

    private static final String ID = "spiffe://mesh.example/ns/shop/sa/buyer";
    private static final String REPLICA_NAME = "buyer-0.shop.workload.mesh.example";

    private static final Duration HALF_LIFE = Duration.ofMinutes(34);

    @TempDir
    private Path temporary;

    private final SettableClock clock =
            new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(HALF_LIFE));
    private XdsPort port;

    @BeforeEach
    void open() throws IOException {
        port = new XdsPort(temporary, clock);
    }

    @AfterEach
    void close() throws IOException {
        port.close();
    }

    private String jwt() {
        return port.tokens.issue(XdsPort.BUYER, "buyer-0", "uid-1").value();
    }

    /** A proxy has few streams, so one that stays open is of another proxy than those that come and go. */
    private Stream openOfAnotherProxy() throws IOException, GeneralSecurityException {
        Identity seller = new Identity("shop", "seller");
        port.has(new WorkloadKey("shop", "seller-0"), "uid-2", seller);
        return port.open(
                XdsPort.token(port.tokens.issue(seller, "seller-0", "uid-2").value()));
    }

    private static Credential of(Svid svid) throws GeneralSecurityException {
        return XdsPort.certificate(
                Forgery.key(svid.keyPem()), Forgery.certificate(svid.chainPem().getBytes(StandardCharsets.US_ASCII)));
    }

    private static Credential of(Forged forged) {
        return XdsPort.certificate(forged.key(), forged.certificate());
    }

    private void refused(Credential credential, DenialReason reason)
            throws IOException, GeneralSecurityException, InterruptedException {
        long before = port.authenticator.denials().get(reason);
        assertThat(port.open(credential).next()).isEqualTo(reason.status() + ": " + reason.message());
        assertThat(port.authenticator.denials()).containsEntry(reason, before + 1);
        assertThat(port.registry.statuses()).isEmpty();
    }

    /** TLS ends such a connection before there is a stream to deny. */
    private void refusedByTls(Credential credential)
            throws IOException, GeneralSecurityException, InterruptedException {
        assertThat(port.open(credential).next()).startsWith("UNAVAILABLE");
        assertThat(port.registry.statuses()).isEmpty();
        assertThat(port.authenticator.denials().values()).containsOnly(0L);
    }

    @Test
    void a_token_is_accepted_with_and_without_the_word_bearer() throws Exception {
        for (String authorization : new String[] {"Bearer " + jwt(), "bearer " + jwt(), jwt()}) {
            assertThat(port.open(XdsPort.token(authorization)).next()).isEqualTo("1");
            assertThat(port.registry.statuses())
                    .extracting(ProxyStatus::identity)
                    .contains(new ProxyIdentity("shop", "buyer", "buyer-0", "uid-1"));
        }
    }

    @Test
    void a_workload_certificate_is_accepted_and_its_uid_looked_up() throws Exception {
        assertThat(port.open(of(port.authority.issue(XdsPort.BUYER, XdsPort.REPLICA)))
                        .next())
                .isEqualTo("1");
        assertThat(port.registry.statuses())
                .extracting(ProxyStatus::identity)
                .containsExactly(new ProxyIdentity("shop", "buyer", "buyer-0", "uid-1"));
    }

    @Test
    void who_shows_nothing_is_refused() throws Exception {
        refused(XdsPort.token(), DenialReason.NO_CREDENTIAL);
    }

    @Test
    void a_bad_token_is_refused_whatever_stands_beside_it() throws Exception {
        Credential good = of(port.authority.issue(XdsPort.BUYER, XdsPort.REPLICA));
        refused(
                new Credential(java.util.List.of("Bearer x"), good.key(), good.certificate()),
                DenialReason.TOKEN_MALFORMED);
        refused(XdsPort.token("Bearer " + jwt(), "Bearer " + jwt()), DenialReason.AMBIGUOUS_CREDENTIAL);
        refused(XdsPort.token("Basic YTpi"), DenialReason.NOT_BEARER);
        refused(XdsPort.token(""), DenialReason.TOKEN_MALFORMED);
    }

    @Test
    void an_expired_token_is_refused() throws Exception {
        String jwt = jwt();
        clock.forward(TokenIssuer.LIFE.plusSeconds(20));
        refused(XdsPort.token(jwt), DenialReason.TOKEN_EXPIRED);
    }

    @Test
    void the_token_of_another_trust_domain_is_refused_even_under_our_key() throws Exception {
        String jwt = TokenIssuer.open(port.state, new TrustDomain("other.example"), TokenIssuer.LIFE, clock)
                .issue(XdsPort.BUYER, "buyer-0", "uid-1")
                .value();
        refused(XdsPort.token(jwt), DenialReason.TOKEN_WRONG_ISSUER);
    }

    @Test
    void what_a_credential_says_must_still_be_so() throws Exception {
        refused(
                XdsPort.token(port.tokens.issue(XdsPort.BUYER, "gone", "uid-1").value()),
                DenialReason.UNKNOWN_WORKLOAD);
        refused(
                XdsPort.token(
                        port.tokens.issue(XdsPort.BUYER, "buyer-0", "uid-0").value()),
                DenialReason.OTHER_UID);
        refused(
                XdsPort.token(port.tokens
                        .issue(new Identity("shop", "thief"), "buyer-0", "uid-1")
                        .value()),
                DenialReason.OTHER_SERVICE_ACCOUNT);
        refused(
                XdsPort.token(port.tokens
                        .issue(new Identity("bank", "buyer"), "buyer-0", "uid-1")
                        .value()),
                DenialReason.UNKNOWN_WORKLOAD);
        refused(
                of(port.authority.issue(new Identity("shop", "thief"), XdsPort.REPLICA)),
                DenialReason.OTHER_SERVICE_ACCOUNT);
    }

    @Test
    void the_certificate_of_another_trust_domain_is_refused() throws Exception {
        try (CertificateAuthority other = CertificateAuthority.open(
                StateFolder.open(temporary.resolve("other")),
                new TrustDomain("other.example"),
                CertificateSettings.defaults(),
                clock)) {
            refusedByTls(of(other.issue(XdsPort.BUYER, XdsPort.REPLICA)));
        }
        refused(
                of(forge().uri("spiffe://other.example/ns/shop/sa/buyer")
                        .dns(REPLICA_NAME)
                        .signedByRootIn(port.state)),
                DenialReason.CERTIFICATE_NAMES);
    }

    @Test
    void an_expired_certificate_is_refused() throws Exception {
        refusedByTls(of(forge().uri(ID)
                .dns(REPLICA_NAME)
                .until(clock.instant().minusSeconds(1))
                .signedByRootIn(port.state)));
        // TLS may see it as valid still, by its own clock or in a resumed session.
        Svid svid = port.authority.issue(XdsPort.BUYER, XdsPort.REPLICA);
        clock.set(svid.notAfter().plusSeconds(1));
        refused(of(svid), DenialReason.CERTIFICATE_UNTRUSTED);
    }

    @Test
    void a_certificate_names_one_identity_and_one_replica() throws Exception {
        for (Forgery forgery : new Forgery[] {
            forge().uri(ID).uri("spiffe://mesh.example/ns/bank/sa/vault").dns(REPLICA_NAME),
            forge().uri(ID).uri(ID).dns(REPLICA_NAME),
            forge().uri(ID).dns(REPLICA_NAME).dns("thief-0.shop.workload.mesh.example"),
            forge().uri(ID).dns("buyer-0.bank.workload.mesh.example"),
            forge().uri(ID),
            forge().dns(REPLICA_NAME),
            forge().uri(ID + "/").dns(REPLICA_NAME),
            forge()
        }) {
            refused(of(forgery.signedByRootIn(port.state)), DenialReason.CERTIFICATE_NAMES);
        }
    }

    @Test
    void a_certificate_that_may_sign_others_is_no_workloads() throws Exception {
        refused(
                of(forge().uri(ID).dns(REPLICA_NAME).authority().signedByRootIn(port.state)),
                DenialReason.CERTIFICATE_IS_AUTHORITY);
    }

    @Test
    void the_servers_own_certificate_opens_nothing() throws Exception {
        refusedByTls(XdsPort.certificate(
                port.authority.issueXdsServer().key(),
                port.authority.issueXdsServer().certificate()));
    }

    private Forgery forge() {
        return Forgery.at(clock.instant());
    }

    @Test
    void a_rotation_touches_no_open_stream_and_new_ones_always_get_in() throws Exception {
        Svid oldSvid = port.authority.issue(XdsPort.BUYER, XdsPort.REPLICA);
        Path oldRoots = Files.copy(port.rootsFile, temporary.resolve("old.pem"));
        Stream open = openOfAnotherProxy();
        assertThat(open.next()).isEqualTo("1");

        port.authority.rotate();
        port.tls.refresh();
        assertThat(port.open(of(oldSvid)).next()).isEqualTo("1");
        assertThat(port.open(XdsPort.token(jwt()), oldRoots).next())
                .as("the old root signs until all have the new one")
                .isEqualTo("1");
        Path bothRoots = Files.copy(port.rootsFile, temporary.resolve("both.pem"));

        assertThat(port.authority.advance(_ -> true)).isInstanceOf(Moved.class);
        port.tls.refresh();
        Svid youngSvid = port.authority.issue(XdsPort.BUYER, XdsPort.REPLICA);
        assertThat(port.open(of(oldSvid), bothRoots).next()).isEqualTo("1");
        assertThat(port.open(of(youngSvid), bothRoots).next()).isEqualTo("1");
        assertThat(port.open(XdsPort.token(jwt()), oldRoots).next()).startsWith("UNAVAILABLE");

        clock.forward(Duration.ofMinutes(65));
        assertThat(port.authority.advance(_ -> true)).isInstanceOf(Moved.class);
        clock.forward(Duration.ofMinutes(-65));
        port.tls.refresh();
        assertThat(Files.readString(port.rootsFile).split("BEGIN", -1)).hasSize(2);
        assertThat(port.open(XdsPort.token(jwt())).next()).isEqualTo("1");
        assertThat(port.open(of(oldSvid)).next()).as("its root is gone").startsWith("UNAVAILABLE");

        port.change("2");
        assertThat(open.next()).as("the stream from before the rotation").isEqualTo("2");
    }

    @Test
    void the_servers_certificate_is_renewed_under_open_streams() throws Exception {
        Stream open = openOfAnotherProxy();
        assertThat(open.next()).isEqualTo("1");
        String first = alias();
        port.tls.refresh();
        assertThat(alias()).isEqualTo(first);

        clock.forward(HALF_LIFE);
        port.tls.refresh();
        assertThat(alias()).isNotEqualTo(first);
        assertThat(port.tls.keyManager().getPrivateKey(first))
                .as("a handshake that has begun goes on")
                .isNotNull();
        assertThat(port.open(XdsPort.token(jwt())).next()).isEqualTo("1");
        port.change("2");
        assertThat(open.next()).isEqualTo("2");
    }

    private String alias() {
        return port.tls.keyManager().getServerAliases("EC", null)[0];
    }
}
