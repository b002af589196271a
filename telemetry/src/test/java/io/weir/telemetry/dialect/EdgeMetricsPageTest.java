package io.weir.telemetry.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.util.Map;
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
            CanaryMesh.NAMES);

    @Test
    void it_speaks_our_own_unless_asked_for_others() {
        AdminAnswer answer = page.answer(null);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/plain; version=0.0.4");
        assertThat(answer.body()).contains("weir_requests_total{").doesNotContain("istio_", "osm_", "response_total");
    }

    @Test
    void several_can_be_asked_for_at_once() {
        assertThat(page.answer("osm,linkerd").body())
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
