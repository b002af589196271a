package io.weir.controlplane.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.identity.SettableClock;
import io.weir.controlplane.identity.ca.CertificateAuthority.RootStatus;
import io.weir.controlplane.identity.ca.RotationStep.Moved;
import io.weir.controlplane.identity.ca.RotationStep.Phase;
import io.weir.controlplane.identity.ca.RotationStep.Stayed;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.state.StateUnusable;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootRotationTest {

    private static final Identity ACCOUNT = new Identity("shop", "buyer");
    private static final WorkloadKey WORKLOAD = new WorkloadKey("shop", "a");
    private static final Duration LEAF = Duration.ofHours(24);
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration DISTRIBUTION = Duration.ofMinutes(1);
    private static final CertificateSettings SETTINGS =
            new CertificateSettings(LEAF, Duration.ofDays(3650), SKEW, DISTRIBUTION);

    @TempDir
    private Path temporary;

    private final SettableClock clock = SettableClock.at("2026-11-24T12:00:00Z");
    private CertificateAuthority authority;

    @BeforeEach
    void open() throws IOException {
        authority = open(SETTINGS, "mesh.example");
    }

    private CertificateAuthority open(CertificateSettings settings, String trustDomain) throws IOException {
        return CertificateAuthority.open(folder(), new TrustDomain(trustDomain), settings, clock);
    }

    private StateFolder folder() throws IOException {
        return StateFolder.open(temporary.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        authority.close();
    }

    /** What a kill leaves is the folder; what a new process has is what it reads there. */
    private void killAndStart() throws IOException {
        authority.close();
        open();
    }

    @Test
    void a_rotation_trusts_before_it_signs_and_signs_before_it_distrusts() throws IOException {
        X509Certificate old = authority.bundle().roots().getFirst();
        assertThat(authority.advance(_ -> true)).isEqualTo(new Stayed(Phase.STEADY, ""));

        assertThat(authority.rotate()).isEqualTo(new Moved(Phase.STEADY, Phase.DISTRIBUTING));
        assertThat(authority.bundle().roots()).hasSize(2).first().isEqualTo(old);
        X509Certificate young = authority.bundle().roots().getLast();
        assertThat(signer()).isEqualTo(old);

        clock.forward(DISTRIBUTION);
        assertThat(authority.advance(bundle -> {
                    assertThat(bundle).isEqualTo(authority.bundle());
                    return false;
                }))
                .isInstanceOf(Stayed.class);
        assertThat(signer()).isEqualTo(old);

        assertThat(authority.advance(_ -> true)).isEqualTo(new Moved(Phase.DISTRIBUTING, Phase.SIGNING_NEW));
        assertThat(authority.bundle().roots()).containsExactly(old, young);
        assertThat(signer()).isEqualTo(young);

        clock.forward(LEAF.plus(SKEW).minusSeconds(1));
        assertThat(authority.advance(_ -> true)).isInstanceOf(Stayed.class);
        assertThat(authority.bundle().roots()).containsExactly(old, young);

        clock.forward(Duration.ofSeconds(1));
        assertThat(authority.advance(_ -> true)).isEqualTo(new Moved(Phase.SIGNING_NEW, Phase.STEADY));
        assertThat(authority.bundle().roots()).containsExactly(young);
        assertThat(signer()).isEqualTo(young);
    }

    @Test
    void a_kill_at_any_step_changes_nothing() throws IOException {
        int steps = 0;
        authority.rotate();
        do {
            TrustBundle bundle = authority.bundle();
            X509Certificate signer = signer();
            Phase phase = authority.status().phase();

            killAndStart();

            assertThat(authority.bundle()).isEqualTo(bundle);
            assertThat(signer()).isEqualTo(signer);
            assertThat(authority.status().phase()).isEqualTo(phase);
            clock.forward(DISTRIBUTION);
            if (authority.advance(_ -> true) instanceof Moved) {
                steps++;
            }
        } while (authority.status().phase() != Phase.STEADY
                && clock.instant().isBefore(Instant.parse("2026-11-27T00:00:00Z")));
        assertThat(steps).isEqualTo(2);
        assertThat(authority.bundle().roots()).hasSize(1);
    }

    @Test
    void a_step_that_can_not_be_written_is_not_taken() throws IOException {
        TrustBundle before = authority.bundle();
        Path state = folder().path();
        Path moved = temporary.resolve("away");
        Files.move(state, moved);

        assertThatThrownBy(() -> authority.rotate()).isInstanceOf(IOException.class);
        assertThat(authority.bundle()).isEqualTo(before);
        assertThat(authority.status().phase()).isEqualTo(Phase.STEADY);

        Files.move(moved, state);
        assertThat(authority.rotate()).isInstanceOf(Moved.class);
    }

    @Test
    void after_a_restart_proxies_get_time_to_come_back_before_the_new_root_signs() throws IOException {
        authority.rotate();
        clock.forward(DISTRIBUTION.multipliedBy(2));
        killAndStart();
        // Nobody is connected, so nobody lacks the bundle.
        assertThat(authority.advance(_ -> true)).isInstanceOf(Stayed.class);
        clock.forward(DISTRIBUTION);
        assertThat(authority.advance(_ -> true)).isInstanceOf(Moved.class);
    }

    @Test
    void every_certificate_that_was_ever_made_is_trusted_while_it_is_valid()
            throws IOException, GeneralSecurityException {
        Svid last = authority.issue(ACCOUNT, WORKLOAD);
        authority.rotate();
        boolean rotating = true;
        while (rotating) {
            Svid made = authority.issue(ACCOUNT, WORKLOAD);
            for (Svid svid : List.of(last, made)) {
                if (clock.instant().isBefore(svid.notAfter())) {
                    assertThat(trusted(Pem.certificate(svid.chainPem()))).isTrue();
                }
            }
            last = authority.status().phase() == Phase.DISTRIBUTING ? made : last;
            clock.forward(Duration.ofMinutes(30));
            rotating = !(authority.advance(_ -> true) instanceof Moved moved && moved.to() == Phase.STEADY);
        }
        assertThat(clock.instant()).isAfter(last.notAfter().plus(SKEW));
    }

    @Test
    void a_shorter_life_of_certificates_does_not_shorten_the_life_of_older_ones() throws IOException {
        authority.issue(ACCOUNT, WORKLOAD);
        authority.close();
        authority = open(
                new CertificateSettings(Duration.ofMinutes(1), SETTINGS.root(), SKEW, Duration.ZERO), "mesh.example");
        authority.rotate();
        assertThat(authority.advance(_ -> true)).isInstanceOf(Moved.class);
        clock.forward(LEAF);
        assertThat(authority.advance(_ -> true)).isInstanceOf(Stayed.class);
        clock.forward(SKEW);
        assertThat(authority.advance(_ -> true)).isInstanceOf(Moved.class);
    }

    @Test
    void a_root_in_its_last_fifth_is_replaced_unasked() throws IOException {
        Instant notAfter = authority.bundle().roots().getFirst().getNotAfter().toInstant();
        clock.set(notAfter.minus(Duration.ofDays(731)));
        assertThat(authority.advance(_ -> true)).isInstanceOf(Stayed.class);
        clock.set(notAfter.minus(Duration.ofDays(729)));
        assertThat(authority.advance(_ -> true)).isEqualTo(new Moved(Phase.STEADY, Phase.DISTRIBUTING));
    }

    @Test
    void a_proxy_that_never_acknowledges_can_not_hold_the_mesh_at_a_root_that_ends() throws IOException {
        Instant notAfter = authority.bundle().roots().getFirst().getNotAfter().toInstant();
        authority.rotate();
        clock.set(notAfter.minus(LEAF));
        assertThat(authority.advance(_ -> false)).isInstanceOf(Stayed.class);
        clock.forward(Duration.ofSeconds(1));
        assertThat(authority.advance(_ -> false)).isEqualTo(new Moved(Phase.DISTRIBUTING, Phase.SIGNING_NEW));
    }

    @Test
    void a_second_rotation_waits_for_the_first() throws IOException {
        authority.rotate();
        TrustBundle bundle = authority.bundle();
        assertThat(authority.rotate()).isInstanceOf(Stayed.class);
        assertThat(authority.bundle()).isEqualTo(bundle);
    }

    @Test
    void the_old_roots_key_is_gone_from_the_disk_when_it_no_longer_signs() throws IOException {
        authority.rotate();
        assertThat(keysOnDisk()).isEqualTo(2);
        clock.forward(DISTRIBUTION);
        authority.advance(_ -> true);
        assertThat(keysOnDisk()).isEqualTo(1);
    }

    private int keysOnDisk() throws IOException {
        String text = folder().read(AuthorityFile.NAME);
        assertThat(text).isNotNull();
        return text.split("BEGIN PRIVATE KEY", -1).length - 1;
    }

    @Test
    void the_status_says_what_a_rotation_waits_for() throws IOException {
        String first = authority.status().signer();
        assertThat(authority.status().waitingFor()).isEmpty();
        assertThat(authority.status().roots()).extracting(RootStatus::id).containsExactly(first);

        authority.rotate();
        authority.advance(_ -> false);
        assertThat(authority.status().waitingFor()).contains("until 2026-11-24T12:01:00Z");
        clock.forward(DISTRIBUTION);
        authority.advance(_ -> false);
        assertThat(authority.status().waitingFor()).contains("not acknowledged");
        authority.advance(_ -> true);
        assertThat(authority.status().waitingFor()).isEmpty();
        assertThat(authority.status().roots())
                .extracting(RootStatus::id)
                .contains(first)
                .hasSize(2);
        assertThat(authority.status().signer()).isNotEqualTo(first);
        authority.advance(_ -> true);
        assertThat(authority.status().waitingFor()).contains("2026-11-25T12:06:00Z");
    }

    @Test
    void two_control_planes_can_not_use_one_state() {
        assertThatThrownBy(() -> open(SETTINGS, "mesh.example"))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("another control plane");
    }

    @Test
    void the_state_of_another_trust_domain_is_refused_and_the_folder_left_free() throws IOException {
        authority.close();
        assertThatThrownBy(() -> open(SETTINGS, "other.example"))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("of the trust domain mesh.example, not other.example");
        open();
    }

    @Test
    void a_damaged_state_is_refused_never_replaced_and_never_quoted() throws IOException {
        authority.close();
        String whole = folder().read(AuthorityFile.NAME);
        assertThat(whole).isNotNull();
        for (String damaged : List.of(
                "",
                "{}",
                "null",
                whole.substring(0, whole.length() / 2),
                whole.replace("\"young\"", "\"yuong\""),
                whole.replace("MII", "MIX"),
                whole.replace("STEADY", "SIGNING_NEW"),
                whole.replace("\"format\" : 1", "\"format\" : 2"))) {
            folder().write(AuthorityFile.NAME, damaged);
            assertThatThrownBy(this::open)
                    .as(damaged.length() + " characters")
                    .isInstanceOf(StateUnusable.class)
                    .hasMessageNotContaining("MI")
                    .hasNoCause();
            assertThat(folder().read(AuthorityFile.NAME)).isEqualTo(damaged);
        }
        folder().write(AuthorityFile.NAME, whole);
        open();
    }

    private X509Certificate signer() {
        try {
            X509Certificate leaf =
                    Pem.certificate(authority.issue(ACCOUNT, WORKLOAD).chainPem());
            return authority.bundle().roots().stream()
                    .filter(root -> signed(root, leaf))
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private boolean trusted(X509Certificate leaf) {
        return authority.bundle().roots().stream().anyMatch(root -> signed(root, leaf));
    }

    private static boolean signed(X509Certificate root, X509Certificate leaf) {
        try {
            leaf.verify(root.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
