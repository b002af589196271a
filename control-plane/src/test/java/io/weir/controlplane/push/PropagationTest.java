package io.weir.controlplane.push;

import static io.weir.controlplane.source.ClusterState.EMPTY;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.SettableSource;
import io.weir.controlplane.trace.Tracing;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PropagationTest {

    @TempDir
    private Path folder;

    @Test
    void a_change_is_traced_to_the_collector_that_the_environment_names() throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.complete(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try {
            String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
            try (Tracing tracing =
                    Tracing.open(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "OTEL_SERVICE_NAME", "weir-test"))) {
                change(new Propagation(tracing.tracer(), meters));
            }
            assertThat(received.get(30, TimeUnit.SECONDS))
                    .contains("weir-test", "weir.change", "weir.build", "weir.push", "weir.world.generation");
        } finally {
            collector.stop(0);
        }
        assertThat(meters.get("weir.world.build").timer().count()).isEqualTo(1);
    }

    private void change(Propagation propagation) throws Exception {
        InstantSource clock = InstantSource.system();
        CompletableFuture<World> built = new CompletableFuture<>();
        SettableSource source = new SettableSource(EMPTY);
        try (ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
                CertificateAuthority authority = CertificateAuthority.open(
                        StateFolder.open(folder.resolve("state")),
                        new TrustDomain("cluster.local"),
                        CertificateSettings.defaults(),
                        clock);
                Pipeline pipeline = new Pipeline(
                        source,
                        MeshSettings.defaults(),
                        authority,
                        new WorkloadCertificates(authority, clock),
                        propagation)) {
            pipeline.pushBy(new AdsCache(pipeline, Timers.system(timers), new AdsCounters())::changed);
            pipeline.onWorld(built::complete);
            pipeline.follow();
            source.set(new ClusterState(
                    EMPTY.namespaces(),
                    EMPTY.services(),
                    new TreeSet<>(Set.of(new Identity("shop", "buyer"))),
                    EMPTY.replicas(),
                    EMPTY.endpoints(),
                    EMPTY.smi(),
                    EMPTY.loopback(),
                    EMPTY.locations(),
                    List.of()));
            built.get(30, TimeUnit.SECONDS);
        }
    }
}
