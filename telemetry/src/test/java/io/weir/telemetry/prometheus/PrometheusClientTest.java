package io.weir.telemetry.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
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
}
