package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.RotationStep.Phase;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Transport;
import io.weir.e2e.Load.Counts;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Keys and roots are replaced while requests flow, on connections that stay open and with handshakes all the time, and
 * no request notices.
 */
final class CertificatesUnderLoadTest {

    private static final List<String> SIDECARS = List.of("shop/client", "shop/web", "shop/lines");

    @Test
    void the_root_is_replaced_in_three_steps_and_no_request_fails() throws Exception {
        CertificateSettings hurried = new CertificateSettings(
                Duration.ofSeconds(6), Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofSeconds(1));
        try (Apps apps = new Apps();
                TestMesh mesh = TestMesh.start(apps.manifests(), Mode.DENY, hurried);
                Load load = apps.load(mesh)) {
            X509Certificate old = mesh.sidecar("shop/web").credentials().roots().getFirst();
            String oldId = authority(mesh).signer();

            Map<Phase, Long> requests = new TreeMap<>();
            mesh.rotateRoot();
            for (Phase phase : List.of(Phase.DISTRIBUTING, Phase.SIGNING_NEW)) {
                long before = load.requests();
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> authority(mesh).phase() != phase);
                requests.put(phase, load.requests() - before);
            }
            mesh.settle();
            load.reach(load.requests() + 500);

            Counts counts = load.stop();
            assertThat(counts.failures()).isEmpty();
            assertThat(counts.callers().get(Caller.ON_NEW_TCP_CONNECTIONS))
                    .as("handshakes")
                    .isGreaterThan(500);
            assertThat(requests).allSatisfy((phase, count) -> assertThat(count).isGreaterThan(100));
            assertThat(authority(mesh).phase()).isEqualTo(Phase.STEADY);
            assertThat(authority(mesh).roots())
                    .singleElement()
                    .satisfies(root -> assertThat(root.id()).isNotEqualTo(oldId));
            for (String sidecar : SIDECARS) {
                Credentials now = mesh.sidecar(sidecar).credentials();
                assertThat(now.roots()).as(sidecar).hasSize(1).doesNotContain(old);
                assertThat(now.isSignedBy(now.roots().getFirst())).as(sidecar).isTrue();
                assertThat(now.isSignedBy(old)).as(sidecar).isFalse();
            }
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    @Test
    void certificates_that_live_four_seconds_are_renewed_over_and_over_and_no_request_fails() throws Exception {
        CertificateSettings shortLived = new CertificateSettings(
                Duration.ofSeconds(4), Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofSeconds(1));
        try (Apps apps = new Apps();
                TestMesh mesh = TestMesh.start(apps.manifests(), Mode.DENY, shortLived);
                Load load = apps.load(mesh)) {
            Map<String, Set<BigInteger>> seen = new TreeMap<>();
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        for (String sidecar : SIDECARS) {
                            // A test that is held up after the answer must not take it for an old one.
                            Instant asked = Instant.now();
                            X509Certificate leaf =
                                    mesh.sidecar(sidecar).credentials().leaf();
                            assertThat(leaf.getNotAfter()).isAfter(asked);
                            seen.computeIfAbsent(sidecar, _ -> new HashSet<>()).add(leaf.getSerialNumber());
                        }
                        return seen.values().stream().allMatch(certificates -> certificates.size() >= 6);
                    });
            Counts counts = load.stop();
            assertThat(counts.failures()).isEmpty();
            assertThat(counts.callers().get(Caller.ON_NEW_TCP_CONNECTIONS))
                    .as("handshakes")
                    .isGreaterThan(500);
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    private static CertificateAuthority.Status authority(TestMesh mesh) {
        return mesh.status().authority();
    }

    /** An app for HTTP and one for lines over TCP, and a client of both. */
    private static final class Apps implements AutoCloseable {

        private final HttpApp web = HttpApp.listening("web", 8080);
        private final StreamApp lines = StreamApp.listening("lines", 9000);

        String manifests() {
            return join(
                    workload("shop", "web", web.address(), "http:8080"),
                    workload("shop", "lines", lines.address(), "tcp:9000"),
                    service("shop", "web", "web", "http:8080"),
                    service("shop", "lines", "lines", "tcp:9000"),
                    client("shop", "client"),
                    allowAll("shop", "web", "shop/client"),
                    allowAll("shop", "lines", "shop/client"));
        }

        Load load(TestMesh mesh) {
            var proxy = mesh.proxy("shop/client");
            var lines = mesh.serviceAddress("shop/client", "shop/lines", 9000, Transport.TCP);
            return Load.of(
                    Caller.onOneConnection(proxy, "http://web.shop:8080/"),
                    Caller.onNewConnections(proxy, "http://web.shop:8080/"),
                    Caller.linesOnOneConnection(lines),
                    Caller.linesOnNewConnections(lines));
        }

        @Override
        public void close() throws Exception {
            web.close();
            lines.close();
        }
    }
}
