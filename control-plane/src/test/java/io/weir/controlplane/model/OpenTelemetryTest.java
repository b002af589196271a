package io.weir.controlplane.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.model.OpenTelemetry.Signal;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenTelemetryTest {

    private static final TraceSampling HALF = new TraceSampling(500_000);

    private static OpenTelemetry collector(TraceSampling sampling, Signal... signals) {
        return OpenTelemetry.at("otel", List.of(signals), sampling);
    }

    private static Workload workload(Binds binds, TraceSampling sampling) {
        return new Workload(
                new WorkloadKey("shop", "web-0"),
                "uid",
                new Identity("shop", "web"),
                List.of(),
                Mode.DENY,
                binds,
                KeySource.CONTROL_PLANE,
                new SpanSource("web", sampling));
    }

    private static Observation observation(OpenTelemetry collector, Binds binds, TraceSampling sampling) {
        return Observation.of(
                Telemetry.EDGES,
                workload(binds, sampling),
                MeshSettings.defaults().with(collector));
    }

    @ParameterizedTest
    @CsvSource({
        "collector.observability:4318, collector.observability, 4318, false, http://collector.observability:4318",
        "otel, otel, 4317, false, http://otel:4317",
        "http://10.1.2.3:1/, 10.1.2.3, 1, false, http://10.1.2.3:1",
        "HTTPS://otel.example.org, otel.example.org, 4317, true, https://otel.example.org:4317",
        "'https://[fd00::1]:5', fd00::1, 5, true, 'https://[fd00::1]:5'",
    })
    void an_endpoint_is_a_host_a_port_and_whether_it_is_called_by_tls(
            String written, String host, int port, boolean tls, String plain) {
        OpenTelemetry read = OpenTelemetry.at(written, List.of(Signal.TRACES), HALF);
        assertThat(read).isEqualTo(new OpenTelemetry(host, port, tls, new TreeSet<>(List.of(Signal.TRACES)), HALF));
        assertThat(read.endpoint()).isEqualTo(plain);
        assertThat(OpenTelemetry.at(plain, List.of(Signal.TRACES), HALF)).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://otel",
                "http://",
                "otel:x",
                "otel/v1/traces",
                "user@otel",
                "a b",
                "otel?x=1",
                "otel:0",
                "otel:65536"
            })
    void anything_else_is_none_and_says_so(String written) {
        assertThatThrownBy(() -> OpenTelemetry.at(written, List.of(), HALF))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + written + "' is no endpoint");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "100, 1000000", "5, 50000", "0.1, 1000", "0.0001, 1", "099.5, 995000"})
    void a_percentage_has_up_to_four_decimals(String text, int perMillion) {
        assertThat(TraceSampling.percent(text)).contains(new TraceSampling(perMillion));
        assertThat(TraceSampling.percent(new TraceSampling(perMillion).asPercent()))
                .contains(new TraceSampling(perMillion));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "100.1", "5%", "0.00001", "1e1", ".5", "5.", "half", "1000"})
    void anything_else_is_no_percentage(String text) {
        assertThat(TraceSampling.percent(text)).isEmpty();
    }

    @Test
    void a_sidecar_sends_what_the_mesh_wants_and_its_namespace_samples() {
        Binds own = new Binds.Loopback("127.0.0.2", 15_001, 0);
        OpenTelemetry both = collector(HALF, Signal.TRACES, Signal.ACCESS_LOGS);
        assertThat(observation(both, own, HALF).export()).isEqualTo(new Observation.Export(both, HALF, "web"));
        assertThat(observation(both, own, TraceSampling.NONE).export()).satisfies(export -> {
            assertThat(export.traces()).isFalse();
            assertThat(export.accessLogs()).isTrue();
        });
        assertThat(observation(collector(HALF, Signal.TRACES), own, TraceSampling.NONE)
                        .export())
                .isNull();
        assertThat(observation(collector(HALF, Signal.METRICS), own, HALF).export())
                .isNull();
        assertThat(observation(null, own, HALF)).isEqualTo(new Observation(Telemetry.EDGES, null));
    }

    @Test
    void what_redirected_sidecars_share_names_none_of_them() {
        OpenTelemetry logs = collector(HALF, Signal.ACCESS_LOGS);
        Binds redirected = new Binds.Redirected(List.of("10.1.0.1"), new TreeMap<>(), new TreeSet<>());
        assertThat(observation(logs, redirected, HALF))
                .isEqualTo(observation(logs, redirected, TraceSampling.NONE))
                .extracting(Observation::export)
                .isEqualTo(new Observation.Export(logs, TraceSampling.NONE, ""));
    }
}
