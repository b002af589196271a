package io.weir.telemetry.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.DenialReason;
import io.weir.controlplane.identity.ProgramTls;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.ServerCertificate;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.identity.program.KeyRequest;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.window.EdgeStore;
import io.weir.telemetry.window.Limits;
import io.weir.telemetry.window.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over the network, with certificates of the mesh. */
class RemotePeerTest {

    private static final TrustDomain MESH = new TrustDomain("mesh.example");
    private static final Identity TELEMETRY = new Identity("weir-system", "weir-telemetry");

    private static final Duration DAYS = Duration.ofDays(2);

    private final InstantSource clock = InstantSource.system();

    /** Of the authority and of who judges certificates; those are valid in real time as well, in which TLS judges them. */
    private volatile Duration ahead = Duration.ZERO;

    private final InstantSource judging = () -> clock.instant().plus(ahead);
    private final ExecutorService answering = Executors.newSingleThreadExecutor();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private volatile Function<@Nullable Long, Part> parts = this::known;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final EdgeStore store = new EdgeStore(clock, new EdgeResolver(MESH), Limits.usual());
    private final MergedReadings readings = new MergedReadings(store, Peers.none(), clock);

    @TempDir
    private Path folder;

    private CertificateAuthority authority;
    private XdsServer server;

    @BeforeEach
    void start() throws Exception {
        CertificateSettings usual = CertificateSettings.defaults();
        authority = CertificateAuthority.open(
                StateFolder.open(folder.resolve("state")),
                MESH,
                new CertificateSettings(usual.leaf(), usual.root(), DAYS, usual.distribution()),
                judging);
        ProgramTls tls = program("weir-telemetry");
        server = XdsServer.start(
                XdsServerConfig.at(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)),
                XdsServer.tls(tls.keyManager(), tls.clients()),
                (_, _) -> {
                    throw new ProxyAuthenticator.Denied(DenialReason.UNKNOWN_WORKLOAD);
                },
                Timers.system(timer),
                List.of(new ProxyEndpoint(
                        new PartService(startMs -> parts.apply(startMs), answering),
                        ChainedAuthenticator.telemetry(MESH, authority::bundle, TELEMETRY, judging))));
    }

    private Part known(@Nullable Long startMs) {
        return readings.part(startMs);
    }

    private Part knownLater(@Nullable Long startMs) {
        try {
            mayAnswer.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return readings.part(startMs);
    }

    @AfterEach
    void close() throws IOException {
        mayAnswer.countDown();
        server.close();
        answering.shutdownNow();
        authority.close();
        timer.shutdownNow();
    }

    private ProgramTls program(String account) throws GeneralSecurityException {
        ProgramTls tls = new ProgramTls();
        renew(tls, account);
        return tls;
    }

    private void renew(ProgramTls tls, String account) throws GeneralSecurityException {
        KeyRequest request = KeyRequest.make();
        PodCertificate certificate = authority.issueTelemetry(
                new PodBinding("weir-system", account, "", account + "-0", "uid-0", "", ""),
                KeyRequest.requested(request.pem()));
        tls.trust(authority.bundle());
        tls.use(ServerCertificate.issued(request.key(), certificate.chainPem(), authority.bundle(), judging.instant()));
    }

    private RemotePeer peer(ProgramTls tls) {
        return RemotePeer.at(
                "weir-telemetry-0",
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port()),
                new RemotePeer.Tls(tls.keyManager(), tls.servers(), MESH.telemetryServerName()));
    }

    @Test
    void a_replica_is_told_what_another_knows() throws Exception {
        try (RemotePeer peer = peer(program("weir-telemetry"))) {
            Part part = peer.ask(null);
            assertThat(part.store()).isEqualTo(readings.part(null).store());
            assertThat(part.since()).isNull();
            long startMs = clock.millis() - 30_000;
            Part.Since since = peer.ask(startMs).since();
            assertThat(since).isNotNull();
            assertThat(since.startMs()).isEqualTo(startMs);
            assertThat(since.spoilt()).isNull();
        }
    }

    @Test
    void nobody_else_is() throws Exception {
        try (RemotePeer other = peer(program("weir-control-plane"))) {
            assertThatThrownBy(() -> other.ask(null))
                    .isInstanceOf(Peer.NoAnswer.class)
                    .hasMessage("replica weir-telemetry-0 does not answer: PERMISSION_DENIED");
        }
        ProgramTls stranger = new ProgramTls();
        stranger.trust(authority.bundle());
        try (RemotePeer other = peer(stranger)) {
            assertThatThrownBy(() -> other.ask(null)).isInstanceOf(Peer.NoAnswer.class);
        }
    }

    @Test
    void one_whose_first_certificate_has_expired_shows_the_present_one() throws Exception {
        ProgramTls tls = program("weir-telemetry");
        try (RemotePeer peer = peer(tls)) {
            assertThat(peer.ask(null).heard()).isEmpty();
            ahead = Duration.ofHours(25);
            assertThatThrownBy(() -> peer.ask(null))
                    .isInstanceOf(Peer.NoAnswer.class)
                    .hasMessage("replica weir-telemetry-0 does not answer: UNAUTHENTICATED");
            renew(tls, "weir-telemetry");
            assertThat(peer.ask(null).heard()).isEmpty();
            ahead = Duration.ofHours(50 - 3);
            renew(tls, "weir-telemetry");
            ahead = Duration.ofHours(50);
            assertThat(peer.ask(null).heard()).isEmpty();
        }
    }

    @Test
    void others_are_served_while_answers_are_made() throws Exception {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        ProgramTls tls = program("weir-telemetry");
        try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor();
                RemotePeer peer = peer(tls);
                RemotePeer other = peer(program("weir-control-plane"))) {
            // Connected before, so that these are there first.
            assertThat(peer.ask(null).heard()).isEmpty();
            parts = this::knownLater;
            for (int i = 0; i < threads; i++) {
                Future<Part> _ = asking.submit(() -> peer.ask(null));
            }
            assertThatThrownBy(() -> other.ask(null))
                    .isInstanceOf(Peer.NoAnswer.class)
                    .hasMessage("replica weir-telemetry-0 does not answer: PERMISSION_DENIED");
            mayAnswer.countDown();
        }
    }

    @Test
    void one_that_is_gone_does_not_answer() throws Exception {
        try (RemotePeer peer = peer(program("weir-telemetry"))) {
            assertThat(peer.ask(null).heard()).isEmpty();
            server.close();
            assertThatThrownBy(() -> peer.ask(null))
                    .isInstanceOf(Peer.NoAnswer.class)
                    .hasMessage("replica weir-telemetry-0 does not answer: UNAVAILABLE");
        }
    }
}
