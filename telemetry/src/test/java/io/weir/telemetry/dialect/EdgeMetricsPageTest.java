package io.weir.telemetry.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EdgeMetricsPageTest {

    private final EdgeMetricsPage page = new EdgeMetricsPage(
            new Readings() {
                @Override
                public Answer window(Duration window) {
                    return new Answer.Incomplete("it is a test", Duration.ofSeconds(1));
                }

                @Override
                public Map<Edge, Traffic> totals() {
                    return CanaryMesh.after(1);
                }
            },
            CanaryMesh::inventory,
            Set::of,
            () -> CanaryMesh.COVERAGE,
            CanaryMesh.NAMES);

    private static String text(AdminAnswer answer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Objects.requireNonNull(answer.streamed()).write(bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void it_speaks_our_own_unless_asked_for_others() throws IOException {
        AdminAnswer answer = page.answer(null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/plain; version=0.0.4");
        assertThat(text(answer)).contains("weir_requests_total{").doesNotContain("istio_", "osm_", "response_total");
    }

    @Test
    void several_can_be_asked_for_at_once() throws IOException {
        assertThat(text(page.answer("osm,linkerd")))
                .contains("osm_request_total{", "\nresponse_total{")
                .doesNotContain("istio_", "weir_");
    }

    @Test
    void no_more_are_told_at_once_than_there_are_turns_for() throws IOException {
        List<AdminAnswer> answers = IntStream.range(0, EdgeMetricsPage.MOST_AT_ONCE)
                .mapToObj(_ -> page.answer(null))
                .toList();
        assertThat(answers).allMatch(answer -> answer.status() == 200);
        AdminAnswer refused = page.answer(null);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsEntry("Retry-After", "5");
        assertThat(text(answers.getFirst())).contains("weir_requests_total{");
        assertThat(page.answer(null).status()).isEqualTo(200);
        assertThat(page.answer(null).status()).isEqualTo(503);
    }

    @Test
    void a_turn_ends_also_when_nothing_is_written() {
        for (int i = 0; i < 2 * EdgeMetricsPage.MOST_AT_ONCE; i++) {
            AdminAnswer answer = page.answer(null);
            assertThat(answer.status()).isEqualTo(200);
            Objects.requireNonNull(answer.streamed()).close();
            Objects.requireNonNull(answer.streamed()).close();
        }
    }

    @Test
    void one_that_there_is_not_is_refused_with_those_that_there_are() {
        assertThat(page.answer("osm,consul"))
                .isEqualTo(AdminAnswer.text(400, "there is no dialect 'consul'; there are weir, osm, linkerd, istio"));
        assertThat(page.answer("").status()).isEqualTo(400);
    }
}
