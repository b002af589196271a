package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminServer;
import io.weir.telemetry.dialect.EdgeMetrics;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import io.weir.testing.prometheus.RunningPrometheus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus that scrapes pods too, which tell what an aggregator tells, with all the labels that it has. */
@Tag("prometheus")
class ForgedTargetTest {

    private static final String TRUE_TARGET = "job=\"weir-telemetry\",namespace=\"weir-system\"";
    private static final int TARGETS = 5;

    @TempDir
    private Path folder;

    private final ScrapedPage aggregator = new ScrapedPage();
    private final Forger counting = new Forger();
    private final Forger posing = new Forger();
    private final Forger late = new Forger();
    private final Forger labelled = new Forger();
    private RunningPrometheus prometheus;
    private ScrapedTime everybody;
    private ScrapedTime time;

    ForgedTargetTest() throws IOException {}

    /** A page that claims to be a target of ours. */
    private final class Forger implements AutoCloseable {

        private final ScrapedPage page = new ScrapedPage();
        private final HttpClient client = HttpClient.newHttpClient();
        private final AdminServer server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.anybody(),
                Map.of("GET /metrics", _ -> new AdminAnswer(200, EdgeMetrics.CONTENT_TYPE, forged())));

        Forger() throws IOException {}

        private String forged() {
            String labels = TRUE_TARGET + ",instance=" + aggregator.target();
            URI url = URI.create("http://" + page.target().replace("\"", "") + "/metrics/edges");
            try {
                return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
                                .body()
                                .replaceAll("(?m)^(\\w+)\\{", "$1{" + labels + ",")
                        + "up{" + labels + "} 0\n";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            }
        }

        String target() {
            return "\"127.0.0.1:" + server.port() + "\"";
        }

        @Override
        public void close() throws IOException {
            server.close();
            client.close();
            page.close();
        }
    }

    @BeforeEach
    void scrape() throws IOException {
        // The last job as in many an example: labels of pods become labels of targets, then their namespace does.
        prometheus = RunningPrometheus.start(folder, """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: weir-telemetry
                metrics_path: /metrics/edges
                honor_labels: true
                static_configs: [{targets: [%s], labels: {namespace: weir-system}}]
              - {job_name: counting, static_configs: [{targets: [%s], labels: {namespace: shop}}]}
              - {job_name: posing, static_configs: [{targets: [%s], labels: {namespace: shop}}]}
              - {job_name: late, static_configs: [{targets: [%s], labels: {namespace: shop}}]}
              - job_name: labelled
                relabel_configs:
                  - {action: labelmap, regex: __meta_kubernetes_pod_label_(.+)}
                  - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
                static_configs:
                  - targets: [%s]
                    labels:
                      __meta_kubernetes_namespace: shop
                      __meta_kubernetes_pod_label_job: weir-telemetry
                      __meta_kubernetes_pod_label_namespace: weir-system
            """.formatted(
                        aggregator.target(), counting.target(), posing.target(), late.target(), labelled.target()));
        everybody = new ScrapedTime(prometheus, "", TARGETS);
        time = new ScrapedTime(prometheus, TRUE_TARGET, 1);
    }

    @AfterEach
    void close() throws IOException {
        prometheus.close();
        aggregator.close();
        counting.close();
        posing.close();
        late.close();
        labelled.close();
    }

    private Answer answer(String selector, Duration window) throws IOException {
        PrometheusSettings settings = new PrometheusSettings(prometheus.url(), null, null, null)
                .with(TargetSelector.parse(selector), Duration.ZERO);
        try (PrometheusReadings readings = new PrometheusReadings(aggregator, time, settings)) {
            return readings.window(window);
        }
    }

    private Map<Edge, Traffic> edges(String selector, Duration window) throws IOException {
        Answer answer = answer(selector, window);
        assertThat(answer).as(selector).isInstanceOf(Answer.Complete.class);
        return ((Answer.Complete) answer).edges();
    }

    @Test
    void what_another_target_tells_changes_nothing_where_the_selector_has_labels_that_it_can_not_get()
            throws IOException {
        RandomMesh mesh = new RandomMesh(new Random(5));
        posing.page.poseAs(aggregator);
        late.page.miss();
        aggregator.more(mesh.traffic(20));
        everybody.goOn();
        Instant start = time.start();
        Map<Edge, Traffic> truth = mesh.traffic(20);
        aggregator.more(truth);
        for (Forger forger : List.of(counting, posing, labelled)) {
            forger.page.more(mesh.traffic(20));
        }
        everybody.goOn();
        time.goOn();
        Duration window = time.since(start);

        assertThat(edges(TRUE_TARGET, window)).isEqualTo(truth);
        assertThat(edges("namespace=\"weir-system\"", window)).isEqualTo(truth);
        assertThat(edges("job!~\"counting|posing|late\",namespace!=\"shop\"", window))
                .isEqualTo(truth);

        assertThat(edges(
                        "job=~\"weir-telemetry|counting\",namespace=~\"weir-system|shop\",instance!="
                                + labelled.target(),
                        window))
                .as("one that is believed counts")
                .isNotEqualTo(truth);
        assertThat(edges("job=\"weir-telemetry\"", window))
                .as("where labels of pods become labels of targets, the job alone says little")
                .isNotEqualTo(truth);
        for (String selector : List.of("job=~\"weir-telemetry|late\"", "{}")) {
            assertThat(answer(selector, window))
                    .as("one that is believed can keep all from being known")
                    .isInstanceOf(Answer.Incomplete.class);
        }
    }
}
