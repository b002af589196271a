package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.standalone.AdminAddress;
import io.weir.smi.wellknown.Tap;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.tap.TapEvent;
import io.weir.telemetry.tap.TappedRequest;
import io.weir.telemetry.tap.TappedRequest.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Live requests through real sidecars: exactly those that are sent while somebody watches, and no connection is cut for it. */
final class TapTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int REQUESTS = 20;

    /** Somebody who watches. */
    private static final class Watcher implements AutoCloseable {

        private final HttpClient client = HttpClient.newHttpClient();
        private final List<TapEvent> events = new CopyOnWriteArrayList<>();

        Watcher(TestMesh mesh, String query) throws Exception {
            AdminAddress admin = mesh.controlPlane().adminAddress();
            HttpResponse<Stream<String>> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + admin.address() + "/v1/tap?" + query))
                            .header("authorization", "Bearer " + admin.token())
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            assertThat(response.statusCode()).isEqualTo(200);
            Thread.ofVirtual().start(() -> read(response.body()));
        }

        private void read(Stream<String> lines) {
            try {
                lines.filter(line -> !line.isEmpty())
                        .map(line -> JSON.readValue(line, TapEvent.class))
                        .forEach(events::add);
            } catch (UncheckedIOException closed) {
                assertThat(closed).hasRootCauseInstanceOf(IOException.class);
            }
        }

        Watcher awaitListening(int sidecars) {
            await().atMost(PATIENCE)
                    .until(() -> events.contains(new TapEvent(new TapEvent.Watching(sidecars, sidecars), null, null)));
            return this;
        }

        List<TappedRequest> requests() {
            return events.stream()
                    .map(TapEvent::request)
                    .filter(request -> request != null)
                    .toList();
        }

        List<String> paths() {
            return requests().stream().map(TappedRequest::path).sorted().toList();
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }

    private static void ask(HttpConnection connection, String path) throws IOException {
        assertThat(connection
                        .send("GET", "http://web.shop:8080" + path, "web.shop:8080", List.of())
                        .status())
                .isEqualTo(200);
    }

    private static List<String> askAll(HttpConnection connection, String folder) throws IOException {
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            String path = "/" + folder + "/" + (char) ('a' + i);
            ask(connection, path + "?secret=" + i);
            asked.add(path);
        }
        return asked;
    }

    /** What would have changed if a listener had been replaced, or a connection cut. */
    private static Map<String, SortedMap<String, Long>> connections(TestMesh mesh) throws IOException {
        Map<String, SortedMap<String, Long>> all = new TreeMap<>();
        for (String pod : List.of("shop/client", "shop/v1", "shop/v2")) {
            SortedMap<String, Long> statistics = new TreeMap<>();
            for (String end : List.of("listener_modified", "listener_added", "upstream_cx_total")) {
                statistics.putAll(mesh.sidecar(pod).statistics(end));
            }
            // The logs go there, over more connections than before.
            statistics.keySet().removeIf(name -> name.contains("weir-xds"));
            assertThat(statistics).isNotEmpty();
            all.put(pod, statistics);
        }
        return all;
    }

    private static void awaitSilence(TestMesh mesh) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (String pod : List.of("shop/client", "shop/v1", "shop/v2")) {
                assertThat(mesh.sidecar(pod).runtime(Tap.PERCENT)).as(pod).isEqualTo("0");
            }
        });
    }

    private static String received(TestMesh mesh) throws Exception {
        AdminAddress admin = mesh.controlPlane().adminAddress();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://" + admin.address() + "/metrics"))
                                    .header("authorization", "Bearer " + admin.token())
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith("weir_tap_requests_total"))
                    .toList()
                    .getFirst();
        }
    }

    @Test
    void exactly_what_is_sent_meanwhile_is_told_and_a_connection_goes_on_before_and_after() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(apps.manifests());
                HttpConnection kept = mesh.connect("shop/client")) {
            askAll(kept, "before");
            Map<String, SortedMap<String, Long>> before = connections(mesh);
            try (Watcher called = new Watcher(mesh, "workload=services/web&namespace=shop").awaitListening(2);
                    Watcher caller =
                            new Watcher(mesh, "workload=deployments/client&to=services/web").awaitListening(1)) {
                List<String> during = askAll(kept, "during");
                for (Watcher watcher : List.of(called, caller)) {
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(watcher.paths()).isEqualTo(during));
                }
                assertThat(called.requests()).allSatisfy(request -> toldAs(Direction.INBOUND, request));
                assertThat(caller.requests()).allSatisfy(request -> toldAs(Direction.OUTBOUND, request));
            }
            awaitSilence(mesh);
            askAll(kept, "after");
            assertThat(connections(mesh)).isEqualTo(before);
            // What a sidecar had logged without a watcher would be counted before this one is.
            try (Watcher again = new Watcher(mesh, "workload=deployments/client").awaitListening(1)) {
                ask(kept, "/again");
                await().atMost(PATIENCE).until(() -> again.paths().equals(List.of("/again")));
            }
            assertThat(received(mesh)).isEqualTo("weir_tap_requests_total " + (2 * REQUESTS + 1) + ".0");
        }
    }

    private static void toldAs(Direction direction, TappedRequest request) {
        assertThat(request.direction()).isEqualTo(direction);
        assertThat(request.source().workload()).isEqualTo("client");
        assertThat(request.destination().workload()).isIn("v1", "v2");
        assertThat(request.authority()).isEqualTo("web.shop:8080");
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.code()).isEqualTo(200);
        assertThat(request.grpcStatus()).isEqualTo(Outcome.NOT_GRPC);
        assertThat(request.flags()).isEmpty();
        assertThat(request.durationMs()).isPositive();
        assertThat(request.responseBytes()).isPositive();
    }
}
