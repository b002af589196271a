package io.weir.controlplane.xds.traffic;

import static io.weir.controlplane.model.TestMesh.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.xds.translate.Envoys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What went over an edge is counted exactly, at both ends. */
@Tag("envoy")
class EdgeCountsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    static List<String> versions() {
        return Envoys.VERSIONS;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void both_ends_count_what_went_over_an_edge(String version, @TempDir Path folder) throws Exception {
        try (Pair pair = new Pair(version, Mode.DENY, folder)) {
            speak(pair);
            if (Envoys.telemetry(version) != Telemetry.EDGES) {
                assertThat(pair.counted("buyer", "weir_edge")).isEmpty();
                assertThat(pair.counted("store", "weir_edge")).isEmpty();
                return;
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pair.counted("buyer", "edge_requests{"))
                            .containsExactlyInAnyOrder(
                                    requests(source(80), "200", "", 3),
                                    requests(source(80), "403", "", 1),
                                    requests(source(82), "200", "0", 2),
                                    requests(source(82), "200", "12", 1),
                                    requests(
                                            "reporter=\"source\",service=\"shop/gone/80\",cluster=\"\",peer=\"\",peer_id=\"\"",
                                            "503",
                                            "",
                                            1)));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pair.counted("store", "edge_requests{"))
                            .containsExactlyInAnyOrder(
                                    requests(at(80, 1, "buyer"), "200", "", 3),
                                    requests(at(80, 1, "buyer"), "403", "", 1),
                                    requests(at(80, 2, "thief"), "403", "", 1),
                                    requests(at(82, 1, "buyer"), "200", "0", 2),
                                    requests(at(82, 1, "buyer"), "200", "12", 1)));
            // Envoy adds up histograms every five seconds.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pair.counted("buyer", "edge_duration_ms_count{" + source(80)))
                            .singleElement()
                            .asString()
                            .endsWith(" 4"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pair.counted("buyer", "edge_tcp_"))
                            .filteredOn(line -> !line.startsWith("#"))
                            .containsExactlyInAnyOrderElementsOf(stream(source(9000))));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(pair.counted("store", "edge_tcp_"))
                            .filteredOn(line -> !line.startsWith("#"))
                            .containsExactlyInAnyOrderElementsOf(stream(at(9000, 1, "buyer"))));
        }
    }

    private static void speak(Pair pair) throws IOException {
        for (int i = 0; i < 3; i++) {
            // What a caller says of its address is no peer.
            assertThat(Http.send(
                                    pair.outbound("buyer", tcp("shop/store", 80)),
                                    "GET /api HTTP/1.1",
                                    "Host: x",
                                    "X-Forwarded-For: 203.0.113." + i)
                            .status())
                    .isEqualTo(200);
        }
        for (String caller : List.of("buyer", "thief")) {
            assertThat(Http.send(pair.outbound(caller, tcp("shop/store", 80)), "POST /api HTTP/1.1", "Host: x")
                            .status())
                    .isEqualTo(403);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(Grpc.call(pair.outbound("buyer", tcp("shop/store", 82)), "store.Echo/Say", "hello"))
                    .isEqualTo("echo hello");
        }
        assertThat(catchThrowable(
                        () -> Grpc.call(pair.outbound("buyer", tcp("shop/store", 82)), "store.Echo/Cry", "hello")))
                .hasMessageContaining("UNIMPLEMENTED");
        assertThat(Http.send(pair.outbound("buyer", tcp("shop/gone", 80)), "GET / HTTP/1.1", "Host: x")
                        .status())
                .isEqualTo(503);
        assertThat(Sockets.firstWord(pair.outbound("buyer", tcp("shop/store", 9000))))
                .isEqualTo("store\n");
    }

    private static String source(int port) {
        String key = "shop/store/" + port;
        return "reporter=\"source\",service=\"" + key + "\",cluster=\"outbound/" + key
                + "\",peer=\"127.20.70.1\",peer_id=\"spiffe://cluster.local/ns/shop/sa/store\"";
    }

    private static String at(int port, int caller, String account) {
        return "reporter=\"destination\",port=\"" + port + "\",peer=\"127.20.7" + caller
                + ".1\",peer_id=\"spiffe://cluster.local/ns/shop/sa/" + account + "\"";
    }

    private static String requests(String edge, String code, String grpcStatus, int count) {
        return "envoy_weir_edge_requests{" + edge + ",code=\"" + code + "\",grpc_status=\"" + grpcStatus + "\"} "
                + count;
    }

    /** One connection on which the server said six bytes. */
    private static List<String> stream(String edge) {
        return Stream.of("connections{%s} 1", "sent_bytes{%s} 0", "received_bytes{%s} 6")
                .map(line -> "envoy_weir_edge_tcp_" + line.formatted(edge))
                .toList();
    }
}
