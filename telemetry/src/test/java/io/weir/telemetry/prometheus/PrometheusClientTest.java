package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusClientTest {

    private static final Readings OWN = new Readings() {
        @Override
        public Answer window(Duration window) {
            return new Answer.Complete(Instant.EPOCH, Instant.EPOCH, Map.of());
        }

        @Override
        public Map<Edge, Traffic> totals() {
            return Map.of();
        }
    };

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"very\nsecret", "very secret", "very\u0007secret", "vérysecret", ""})
    void a_token_that_is_none_is_repeated_to_nobody(String token) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), token);
        PrometheusSettings settings = new PrometheusSettings(URI.create("http://127.0.0.1:1"), file, null, null);

        Answer answer = PrometheusReadings.inPlaceOfMemory(InstantSource.system(), settings)
                .apply(OWN)
                .window(Duration.ofSeconds(30));

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Incomplete.class,
                        incomplete -> assertThat(incomplete.reason())
                                .isEqualTo("what token holds is no bearer token")
                                .doesNotContain("secret"));
    }

    @Test
    void with_a_token_that_is_one_it_is_asked() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "very-secret\n");
        PrometheusSettings settings = new PrometheusSettings(URI.create("http://127.0.0.1:1"), file, null, null);

        assertThat(PrometheusReadings.inPlaceOfMemory(InstantSource.system(), settings)
                        .apply(OWN)
                        .window(Duration.ofSeconds(30)))
                .isInstanceOfSatisfying(
                        Answer.Incomplete.class,
                        incomplete -> assertThat(incomplete.reason()).startsWith("Prometheus can't be asked"));
    }

    /** Each of these is for one store, and nothing to the others; Thanos, VictoriaMetrics and Mimir say so. */
    @Test
    void every_query_forbids_answers_that_are_partial_mixed_or_old_and_names_the_tenant() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/prometheus/api/v1/query", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("X-Scope-OrgID") + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                            .replaceFirst("query=[^&]*&time=[0-9.]*", ""));
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        store.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + store.getAddress().getPort() + "/prometheus/");
            Path file = Files.writeString(folder.resolve("token"), "very-secret");
            PrometheusReadings.inPlaceOfMemory(
                            InstantSource.system(), new PrometheusSettings(url, file, null, "shop|other"))
                    .apply(OWN)
                    .window(Duration.ofSeconds(30));
        } finally {
            store.stop(0);
        }
        assertThat(asked)
                .containsExactly("shop|other Bearer very-secret"
                        + " &partial_response=false&dedup=false&max_source_resolution=0s&nocache=1");
    }
}
