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
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    void one_that_there_is_not_is_refused_with_those_that_there_are() {
        assertThat(page.answer("osm,consul"))
                .isEqualTo(AdminAnswer.text(400, "there is no dialect 'consul'; there are weir, osm, linkerd, istio"));
        assertThat(page.answer("").status()).isEqualTo(400);
    }
}
