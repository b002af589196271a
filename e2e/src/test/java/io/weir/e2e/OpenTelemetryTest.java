package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.OpenTelemetry.Signal;
import io.weir.controlplane.model.TraceSampling;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.e2e.OtlpReceiver.Counted;
import io.weir.e2e.OtlpReceiver.Logged;
import io.weir.e2e.OtlpReceiver.Sent;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests through two real sidecars, and what a collector is told of them. */
final class OpenTelemetryTest {

    private static final String WEB = "http://web.shop:8080/";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private final HttpApp app = HttpApp.listening("web", 8080);
    private OtlpReceiver collector;

    @BeforeEach
    void collect() throws Exception {
        collector = OtlpReceiver.start();
    }

    @AfterEach
    void end() {
        app.close();
        collector.close();
    }

    private TestMesh mesh(String sampling, Signal... signals) throws Exception {
        return TestMesh.start(
                join(
                        workload("shop", "web", app.address(), "http:8080"),
                        service("shop", "web", "web", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "web", "shop/client")),
                MeshSettings.defaults()
                        .with(OpenTelemetry.at(
                                collector.endpoint(),
                                List.of(signals),
                                TraceSampling.percent(sampling).orElseThrow())));
    }

    private static String hex(com.google.protobuf.ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    private Span span(String trace, String service) {
        return collector.spans().stream()
                .filter(sent -> sent.service().equals(service)
                        && hex(sent.span().getTraceId()).equals(trace))
                .map(Sent::span)
                .findFirst()
                .orElseThrow();
    }

    /** Sends a request that its caller traces, and waits until both sidecars have told of it. */
    private void awaitTraced(TestMesh mesh, String trace) throws Exception {
        mesh.get("shop/client", WEB, "traceparent: 00-" + trace + "-" + SPAN + "-01");
        await().atMost(PATIENCE)
                .until(() -> collector.spans().stream()
                                .filter(sent -> hex(sent.span().getTraceId()).equals(trace))
                                .count()
                        == 2);
    }

    @Test
    void a_request_is_one_trace_with_a_client_span_and_its_child_at_the_server() throws Exception {
        try (TestMesh mesh = mesh("100", Signal.TRACES)) {
            assertThat(mesh.get("shop/client", WEB).status()).isEqualTo(200);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(collector.spans()).hasSize(2));
            String trace = hex(collector.spans().getFirst().span().getTraceId());
            Span calling = span(trace, "client");
            Span serving = span(trace, "web");
            assertThat(calling.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
            assertThat(serving.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(calling.getParentSpanId().isEmpty()).isTrue();
            assertThat(serving.getParentSpanId()).isEqualTo(calling.getSpanId());
            assertThat(OtlpReceiver.texts(serving.getAttributesList()))
                    .containsEntry("http.method", "GET")
                    .containsEntry("http.status_code", "200");
            assertThat(app.lastHeader("traceparent")).isEqualTo("00-" + trace + "-" + hex(serving.getSpanId()) + "-01");
            assertThat(app.lastHeader("x-request-id")).isEmpty();
        }
    }

    @Test
    void a_trace_that_an_app_began_is_kept_or_not_as_it_says() throws Exception {
        try (TestMesh mesh = mesh("0.0001", Signal.TRACES)) {
            String dropped = TRACE.replace('4', '5');
            mesh.get("shop/client", WEB, "traceparent: 00-" + dropped + "-" + SPAN + "-00");
            assertThat(app.lastHeader("traceparent"))
                    .startsWith("00-" + dropped + "-")
                    .endsWith("-00");
            awaitTraced(mesh, TRACE);
            assertThat(hex(span(TRACE, "client").getParentSpanId())).isEqualTo(SPAN);
            assertThat(span(TRACE, "web").getParentSpanId())
                    .isEqualTo(span(TRACE, "client").getSpanId());
            assertThat(collector.spans()).hasSize(2);
        }
    }

    @Test
    void without_sampling_nobody_takes_part() throws Exception {
        try (TestMesh mesh = mesh("0", Signal.TRACES)) {
            String traceparent = "00-" + TRACE + "-" + SPAN + "-01";
            mesh.get("shop/client", WEB, "traceparent: " + traceparent);
            assertThat(app.lastHeader("traceparent")).isEqualTo(traceparent);
            mesh.get("shop/client", WEB);
            assertThat(app.lastHeader("traceparent")).isEmpty();
        }
    }

    @Test
    void each_end_logs_each_request_without_its_query() throws Exception {
        try (TestMesh mesh = mesh("0", Signal.ACCESS_LOGS)) {
            mesh.get("shop/client", WEB + "books?token=secret");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(collector.logs()).hasSize(2));
            for (Logged log : collector.logs()) {
                boolean source = log.attributes().get("weir.reporter").equals("source");
                assertThat(log.resource()).containsEntry("service.name", source ? "client" : "web");
                assertThat(log.attributes())
                        .containsEntry("http.request.method", "GET")
                        .containsEntry("url.path", "/books")
                        .containsEntry("http.response.status_code", "200")
                        .containsEntry(
                                "weir.peer.id", "spiffe://cluster.local/ns/shop/sa/" + (source ? "web" : "client"));
                assertThat(log.record().toString()).doesNotContain("secret");
                assertThat(log.record().getBody().getStringValue()).isEqualTo("GET /books HTTP/1.1 200");
            }
            assertThat(collector.logs().stream().map(log -> log.attributes().get("weir.reporter")))
                    .containsExactlyInAnyOrder("source", "destination");
            assertThat(collector.spans()).isEmpty();
        }
    }

    @Test
    void metrics_arrive_with_the_workloads_name() throws Exception {
        // Edges are counted by the newest only; that a request was made each of them counts.
        String counter = Envoys.underTest().version().equals(EnvoyInstall.OLDEST_VERSION)
                ? "http.downstream_rq_completed"
                : "weir_edge.requests";
        try (TestMesh mesh = mesh("0", Signal.METRICS)) {
            mesh.apps("shop/client", WEB, 7);
            await().atMost(PATIENCE).untilAsserted(() -> {
                for (String service : List.of("client", "web")) {
                    assertThat(collector.sums())
                            .filteredOn(counted -> counted.service().equals(service)
                                    && counted.metric().equals(counter))
                            .extracting(Counted::value)
                            .contains(7L);
                }
            });
        }
    }
}
