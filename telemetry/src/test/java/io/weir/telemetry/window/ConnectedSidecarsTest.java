package io.weir.telemetry.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.XdsTls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.MetricsReceiver;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Many sidecars, each with a connection of its own over TLS, that call ten others each and push in Envoy's messages. */
class ConnectedSidecarsTest {

    private static final Logger log = LoggerFactory.getLogger(ConnectedSidecarsTest.class);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PEERS = 10;
    private static final int REQUESTS = 3;

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<ConnectedSidecar> sidecars = new ArrayList<>();
    private CertificateAuthority authority;
    private XdsTls tls;

    @BeforeEach
    void open() throws Exception {
        InstantSource clock = InstantSource.system();
        authority = CertificateAuthority.open(
                StateFolder.open(folder), new TrustDomain("cluster.local"), CertificateSettings.defaults(), clock);
        tls = XdsTls.open(authority, clock);
    }

    @AfterEach
    void close() throws IOException {
        sidecars.forEach(ConnectedSidecar::close);
        authority.close();
        timer.shutdownNow();
    }

    /** Begins the next round of pushes. */
    private interface Pace {
        void next() throws InterruptedException;
    }

    @Test
    void what_a_hundred_push_is_added_up_exactly() throws Exception {
        HandClock clock = new HandClock();
        run(100, 12, clock, () -> clock.advance(Duration.ofSeconds(5)));
    }

    @Test
    @Tag("long")
    void a_thousand_push_for_ten_minutes_and_the_memory_is_bounded() throws Exception {
        BlockingQueue<Long> ticks = new LinkedBlockingQueue<>();
        var _ = timer.scheduleAtFixedRate(() -> ticks.add(System.nanoTime()), 5, 5, TimeUnit.SECONDS);
        run(1_000, 120, InstantSource.system(), () -> Objects.requireNonNull(ticks.poll(1, TimeUnit.MINUTES)));
    }

    private void run(int count, int rounds, InstantSource clock, Pace pace) throws Exception {
        String[] names = IntStream.range(0, count).mapToObj(i -> "pod-" + i).toArray(String[]::new);
        EdgeStore store = new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), Limits.usual());
        store.changed(Pods.of(names), Pods.keys(names));
        StoreMeters.register(store, store::silent, registry);
        try (XdsServer server = serve(new MetricsReceiver(store, clock))) {
            connect(server.port(), names, clock);
            await("all are connected")
                    .atMost(PATIENCE)
                    .until(() -> failures.isEmpty() && meter("weir.telemetry.sidecars") == count);
            // Now buffers have the size that they need.
            sidecars.forEach(sidecar -> sidecar.pushNothing(clock.instant()));
            await("all is dropped")
                    .atMost(PATIENCE)
                    .until(() -> count("weir.telemetry.dropped") == count * PEERS * ConnectedSidecar.MEANINGLESS);
            long empty = heap();
            long slowest = 0;
            for (int round = 1; round <= rounds; round++) {
                pace.next();
                long begun = System.nanoTime();
                sidecars.forEach(sidecar -> {
                    sidecar.requests(REQUESTS);
                    sidecar.push(clock.instant());
                });
                double samples = (double) round * count * PEERS;
                await("all of round " + round + " is read")
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> count("weir.telemetry.samples") == samples);
                slowest = Math.max(slowest, System.nanoTime() - begun);
            }
            assertThat(failures).isEmpty();
            long begun = System.nanoTime();
            assertAll(store, rounds, count);
            long asked = System.nanoTime() - begun;
            assertMemory(count, heap() - empty);
            log.info("slowest round of pushes: {} ms; two questions: {} ms", slowest / 1_000_000, asked / 1_000_000);
        }
    }

    private void assertAll(EdgeStore store, int rounds, int count) {
        long all = (long) rounds * count * PEERS * REQUESTS;
        assertThat(requests(store.totals())).isEqualTo(all);
        assertThat(store.window(Duration.ofHours(1))).isInstanceOfSatisfying(Answer.Complete.class, answer -> {
            assertThat(answer.edges()).hasSize(count * PEERS);
            assertThat(requests(answer.edges())).isEqualTo(all);
        });
    }

    /**
     * An edge takes at most 1 KiB and a series the same ({@link Limits}); of each edge at most 36 stretches of 5 s and 15 of
     * 30 s are kept in ten minutes, of less than 32 bytes.
     */
    private void assertMemory(int count, long grown) {
        long edges = (long) count * PEERS;
        long history = 51 * 32 * edges;
        long bound = edges * 2 * 1024 + history;
        log.info(
                "{} sidecars, {} edges: the heap grew by {} KiB, of which history {} KiB; at most {} KiB",
                count,
                edges,
                grown / 1024,
                (long) meter("weir.telemetry.history.bytes") / 1024,
                bound / 1024);
        assertThat(meter("weir.telemetry.edges")).isEqualTo((double) edges);
        assertThat(meter("weir.telemetry.series")).isEqualTo((double) edges);
        assertThat(meter("weir.telemetry.history.bytes")).isBetween(1.0, (double) history);
        assertThat(grown).isLessThan(bound);
    }

    private XdsServer serve(MetricsReceiver receiver) throws Exception {
        ProxyAuthenticator bySay = (headers, _) -> {
            String name = Objects.requireNonNull(headers.get(ConnectedSidecar.NAME));
            return new ProxyCredential(new ProxyIdentity("shop", name, name, "uid-" + name), null);
        };
        return XdsServer.start(
                XdsServerConfig.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                XdsServer.tls(tls.keyManager(), tls.trustManager()),
                bySay,
                Timers.system(timer),
                List.of(new ProxyEndpoint(receiver)));
    }

    private void connect(int port, String[] names, InstantSource clock) throws Exception {
        SslContext roots = GrpcSslContexts.forClient()
                .trustManager(new ByteArrayInputStream(authority.bundle().pem().getBytes(StandardCharsets.US_ASCII)))
                .build();
        for (int i = 0; i < names.length; i++) {
            int number = i;
            String[] peers = IntStream.rangeClosed(1, PEERS)
                    .mapToObj(peer -> Pods.address((number + peer) % names.length))
                    .toArray(String[]::new);
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .sslContext(roots)
                    .overrideAuthority(tls.serverName())
                    // What may be sent again is kept, and an Envoy sends nothing again.
                    .disableRetry()
                    .build();
            sidecars.add(new ConnectedSidecar(names[i], channel, clock.instant(), peers, failures));
        }
    }

    private double meter(String name) {
        return registry.get(name).gauge().value();
    }

    private double count(String name) {
        return registry.get(name).functionCounter().count();
    }

    private static long requests(Map<Edge, Traffic> edges) {
        return edges.values().stream().mapToLong(Traffic::successes).sum();
    }

    /** Bytes of what is reachable. */
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
