package io.weir.controlplane.identity.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.SettableClock;
import io.weir.controlplane.identity.ca.RotationStep.Moved;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadCertificatesTest {

    private static final Identity ACCOUNT = new Identity("shop", "buyer");
    private static final WorkloadKey A = new WorkloadKey("shop", "a");
    private static final WorkloadKey B = new WorkloadKey("shop", "b");

    @TempDir
    private Path temporary;

    private final SettableClock clock = SettableClock.at("2026-11-24T12:00:00Z");
    private CertificateAuthority authority;
    private WorkloadCertificates certificates;

    @BeforeEach
    void open() throws IOException {
        authority = CertificateAuthority.open(
                StateFolder.open(temporary.resolve("state")),
                new TrustDomain("mesh.example"),
                CertificateSettings.defaults(),
                clock);
        certificates = new WorkloadCertificates(authority, clock);
    }

    @AfterEach
    void close() throws IOException {
        authority.close();
    }

    @Test
    void a_workload_keeps_its_certificate_until_it_is_due() {
        Svid first = certificates.current(A, ACCOUNT);
        clock.set(first.renewAt().minusMillis(1));
        assertThat(certificates.due(clock.instant())).isEmpty();
        assertThat(certificates.current(A, ACCOUNT)).isSameAs(first);

        clock.set(first.renewAt());
        assertThat(certificates.due(clock.instant())).containsExactly(A);
        Svid second = certificates.current(A, ACCOUNT);
        assertThat(second).isNotEqualTo(first);
        assertThat(second.keyPem()).isNotEqualTo(first.keyPem());
        assertThat(certificates.due(clock.instant())).isEmpty();
    }

    @Test
    void two_workloads_of_one_account_have_keys_of_their_own() {
        assertThat(certificates.current(A, ACCOUNT).keyPem())
                .isNotEqualTo(certificates.current(B, ACCOUNT).keyPem());
    }

    @Test
    void another_account_means_another_certificate() {
        Svid first = certificates.current(A, ACCOUNT);
        Svid second = certificates.current(A, new Identity("shop", "other"));
        assertThat(second).isNotEqualTo(first);
        assertThat(second.identity().serviceAccount()).isEqualTo("other");
    }

    @Test
    void all_are_due_when_another_root_signs_and_not_before() throws IOException {
        Svid a = certificates.current(A, ACCOUNT);
        certificates.current(B, ACCOUNT);
        authority.rotate();
        assertThat(certificates.due(clock.instant())).isEmpty();

        clock.forward(Duration.ofMinutes(1));
        assertThat(authority.advance(_ -> true)).isInstanceOf(Moved.class);
        assertThat(certificates.due(clock.instant())).containsExactly(A, B);
        assertThat(certificates.current(A, ACCOUNT).signer()).isNotEqualTo(a.signer());
        assertThat(certificates.due(clock.instant())).containsExactly(B);
    }

    @Test
    void what_is_forgotten_is_never_due() {
        Svid first = certificates.current(A, ACCOUNT);
        assertThat(certificates.notAfter(A)).isEqualTo(first.notAfter());
        certificates.forget(A);
        clock.set(first.notAfter());
        assertThat(certificates.due(clock.instant())).isEmpty();
        assertThat(certificates.notAfter(A)).isNull();
    }

    @Test
    void no_workload_key_reaches_the_disk() throws IOException {
        // The second line of a PEM: the first is alike in all P-256 keys.
        String secret =
                certificates.current(A, ACCOUNT).keyPem().lines().toList().get(2);
        try (Stream<Path> files = Files.walk(temporary).filter(Files::isRegularFile)) {
            assertThat(files)
                    .hasSize(2)
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain(secret));
        }
    }
}
