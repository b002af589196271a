package io.weir.telemetry.dialect;

import static org.awaitility.Awaitility.await;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminServer;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import io.weir.testing.prometheus.RunningPrometheus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A real Prometheus that scrapes the aggregator's page each second, as docs/prometheus.md says: of {@link CanaryMesh}, silent for
 * two scrapes, then with one more round of traffic at each.
 */
final class ScrapedMesh implements AutoCloseable {

    private static final String TOKEN = "a-token-of-the-state-folder";
    private static final int QUIET_SCRAPES = 2;

    private final AtomicLong scrapes = new AtomicLong();
    private final AtomicReference<Instant> firstTraffic = new AtomicReference<>();
    private final AdminServer server;
    private final RunningPrometheus prometheus;

    private ScrapedMesh(Path folder, String controlPlane, String rules) throws IOException {
        EdgeMetricsPage page = new EdgeMetricsPage(
                new Growing(),
                CanaryMesh::inventory,
                () -> Set.of(CanaryMesh.DATABASE.key()),
                () -> CanaryMesh.COVERAGE,
                CanaryMesh.NAMES);
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.holder(TOKEN, Set.of()),
                Map.of(
                        "GET /metrics/edges",
                        request -> page.answer(request.query().get("dialect")),
                        "GET /metrics",
                        _ -> new AdminAnswer(
                                200, EdgeMetrics.CONTENT_TYPE, controlPlane.replace("COUNT", scrapes.get() + ".0"))));
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        prometheus = RunningPrometheus.start(folder, """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: [%3$s]
            scrape_configs:
              - job_name: weir-edges
                metrics_path: /metrics/edges
                params: {dialect: ["weir,osm,linkerd,istio"]}
                honor_labels: true
                authorization: {credentials_file: %1$s}
                static_configs: [{targets: ["127.0.0.1:%2$d"]}]
              - job_name: weir
                authorization: {credentials_file: %1$s}
                static_configs: [{targets: ["127.0.0.1:%2$d"]}]
            """.formatted(token, server.port(), rules));
    }

    /**
     * Returns once there were some rounds of traffic.
     *
     * @param folder for what belongs to Prometheus
     * @param controlPlane the control plane's own metrics as text; COUNT in it stands for a number that grows
     * @param rules a file of alerts, or nothing
     */
    static ScrapedMesh start(Path folder, String controlPlane, String rules) throws IOException {
        ScrapedMesh mesh = new ScrapedMesh(folder, controlPlane, rules);
        await("scrapes").atMost(Duration.ofMinutes(1)).until(() -> mesh.scrapes.get() >= QUIET_SCRAPES + 6);
        return mesh;
    }

    RunningPrometheus prometheus() {
        return prometheus;
    }

    /** When Prometheus was given the first requests of the canary. */
    Instant firstTraffic() {
        return Objects.requireNonNull(firstTraffic.get());
    }

    @Override
    public void close() throws IOException {
        prometheus.close();
        server.close();
    }

    private final class Growing implements Readings {
        @Override
        public Answer window(Duration window) {
            return new Answer.Incomplete("only totals are scraped", window);
        }

        @Override
        public Map<Edge, Traffic> totals() {
            long rounds = scrapes.getAndIncrement() - QUIET_SCRAPES + 1;
            if (rounds < 1) {
                return CanaryMesh.before();
            }
            firstTraffic.compareAndSet(null, Instant.now());
            return CanaryMesh.after(rounds);
        }
    }
}
