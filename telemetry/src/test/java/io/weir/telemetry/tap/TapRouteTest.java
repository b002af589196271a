package io.weir.telemetry.tap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.admin.AdminServer;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.Tap;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.tap.TappedRequest.Direction;
import io.weir.telemetry.tap.TappedRequest.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What somebody is sent who watches, over HTTP. */
class TapRouteTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.25Z");
    private static final Party WEB = party("shop", "web");
    private static final Party BUYER = party("customers", "buyer");
    private static final ProxyIdentity AT_WEB = new ProxyIdentity("shop", "web", "web-0", "uid");
    private static final ProxyIdentity AT_BUYER = new ProxyIdentity("customers", "buyer", "buyer-0", "uid");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final TapQuestion ANY_OF_WEB = new TapQuestion(
            new Selection(ResourceKind.DEPLOYMENT, "shop", "web"), null, null, null, "", TapQuestion.Query.HIDDEN);

    private final Taps taps = new Taps(new EdgeResolver(new TrustDomain("cluster.local")));
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Watcher> watchers = new ArrayList<>();
    private AdminServer server;

    private static Party party(String namespace, String name) {
        return new Party(namespace, name + "-0", name, List.of(new Party.Owner(ResourceKind.DEPLOYMENT, name)), "node");
    }

    @BeforeEach
    void start() throws IOException {
        WorkloadKey web = new WorkloadKey("shop", "web-0");
        WorkloadKey buyer = new WorkloadKey("customers", "buyer-0");
        taps.changed(
                new Inventory(
                        new TreeMap<>(),
                        Sorted.map(Map.of(web, WEB, buyer, BUYER)),
                        Map.of("10.0.0.1", web, "10.0.0.2", buyer),
                        Sorted.map(Map.of(new ServiceKey("shop", "front"), Sorted.set(List.of(web)))),
                        List.of()),
                Set.of(web, buyer));
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.anybody(),
                Map.of(TapRoute.NAME, new TapRoute(taps)));
    }

    @AfterEach
    void stop() throws IOException {
        watchers.forEach(Watcher::close);
        client.shutdownNow();
        server.close();
    }

    /** Reads until it is closed. */
    private final class Watcher implements AutoCloseable {

        private final List<TapEvent> events = new CopyOnWriteArrayList<>();
        private final Stream<String> lines;

        Watcher(String query) throws Exception {
            HttpResponse<Stream<String>> response = client.send(request(query), HttpResponse.BodyHandlers.ofLines());
            assertThat(response.statusCode()).isEqualTo(200);
            lines = response.body();
            Thread.ofVirtual().start(this::read);
            await().until(() -> !events.isEmpty());
        }

        private void read() {
            try {
                lines.filter(line -> !line.isEmpty())
                        .map(line -> JSON.readValue(line, TapEvent.class))
                        .forEach(events::add);
            } catch (UncheckedIOException closed) {
                assertThat(closed).hasRootCauseInstanceOf(IOException.class);
            }
        }

        List<TappedRequest> requests() {
            return events.stream()
                    .map(TapEvent::request)
                    .filter(request -> request != null)
                    .toList();
        }

        List<String> paths() {
            return requests().stream().map(TappedRequest::path).toList();
        }

        @Override
        public void close() {
            lines.close();
        }
    }

    private Watcher watch(String query) throws Exception {
        Watcher watcher = new Watcher(query);
        watchers.add(watcher);
        return watcher;
    }

    private HttpRequest request(String query) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/tap?" + query))
                .build();
    }

    private String refusal(String query) throws Exception {
        HttpResponse<String> response = client.send(request(query), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body().strip();
    }

    private static Address address(String ip) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(4000))
                .build();
    }

    private static HTTPAccessLogEntry.Builder entry(AccessLogCommon.Builder common, String path) {
        return HTTPAccessLogEntry.newBuilder()
                .setCommonProperties(common.setStartTime(Timestamp.newBuilder()
                                .setSeconds(NOON.getEpochSecond())
                                .setNanos(NOON.getNano()))
                        .setDuration(Duration.newBuilder().setNanos(12_345_678)))
                .setRequest(HTTPRequestProperties.newBuilder()
                        .setRequestMethod(RequestMethod.POST)
                        .setAuthority("front.shop:8080")
                        .setPath(path)
                        .setRequestBodyBytes(10))
                .setResponse(HTTPResponseProperties.newBuilder()
                        .setResponseCode(UInt32Value.of(503))
                        .setResponseCodeDetails("upstream_reset")
                        .setResponseBodyBytes(20));
    }

    private void arrives(String path) {
        AccessLogCommon.Builder common = AccessLogCommon.newBuilder()
                .setDownstreamDirectRemoteAddress(address("10.0.0.2"))
                .setDownstreamLocalAddress(address("10.0.0.1"))
                .setUpstreamCluster("local/8080")
                .setTlsProperties(TLSProperties.newBuilder()
                        .setPeerCertificateProperties(TLSProperties.CertificateProperties.newBuilder()
                                .addSubjectAltName(TLSProperties.CertificateProperties.SubjectAltName.newBuilder()
                                        .setUri("spiffe://cluster.local/ns/customers/sa/buyer"))));
        taps.logged(AT_WEB, Tap.DESTINATION_LOG, List.of(entry(common, path).build()));
    }

    private void sent(String path) {
        AccessLogCommon.Builder common = AccessLogCommon.newBuilder()
                .setDownstreamDirectRemoteAddress(address("127.0.0.1"))
                .setUpstreamRemoteAddress(address("10.0.0.1"))
                .setUpstreamCluster("outbound/shop/front/8080")
                .setResponseFlags(ResponseFlags.newBuilder()
                        .setUpstreamConnectionFailure(true)
                        .setUpstreamRetryLimitExceeded(true));
        HTTPAccessLogEntry.Builder entry = entry(common, path);
        entry.getResponseBuilder().putResponseTrailers(Tap.GRPC_STATUS, "14");
        taps.logged(AT_BUYER, Tap.SOURCE_LOG, List.of(entry.build()));
    }

    @Test
    void who_watches_is_told_what_the_sidecar_saw() throws Exception {
        Watcher web = watch("workload=deployments/web&namespace=shop&query=shown");
        Watcher buyer = watch("workload=pods/buyer-0");
        assertThat(web.events).first().isEqualTo(TapEvent.of(new TapEvent.Watching(1, 0)));
        arrives("/books?id=4");
        sent("/books?id=5");
        await().until(() -> !web.requests().isEmpty() && !buyer.requests().isEmpty());
        End from = new End("customers", "buyer-0", "buyer", "buyer", "10.0.0.2");
        End to = new End("shop", "web-0", "web", "web", "10.0.0.1");
        assertThat(web.requests())
                .containsExactly(new TappedRequest(
                        NOON,
                        Direction.INBOUND,
                        from,
                        to,
                        "front.shop:8080",
                        "POST",
                        "/books?id=4",
                        503,
                        Outcome.NOT_GRPC,
                        List.of(),
                        "upstream_reset",
                        12.346,
                        10,
                        20));
        assertThat(buyer.requests())
                .containsExactly(new TappedRequest(
                        NOON,
                        Direction.OUTBOUND,
                        new End("customers", "buyer-0", "buyer", "buyer", "127.0.0.1"),
                        to,
                        "front.shop:8080",
                        "POST",
                        "/books",
                        503,
                        14,
                        List.of("UF", "URX"),
                        "upstream_reset",
                        12.346,
                        10,
                        20));
    }

    @Test
    void only_what_was_asked_for_is_told() throws Exception {
        Map<String, List<String>> expected = Map.of(
                "workload=services/front&namespace=shop", List.of("/in", "/other"),
                "workload=namespaces/customers&to=deployments/web", List.of("/out"),
                "workload=namespaces/customers&to=deployments/other", List.of(),
                "workload=namespaces/customers&from=deployments/web", List.of(),
                "workload=deployments/web&from=namespaces/customers&path=/i", List.of("/in"),
                "workload=deployments/web&method=post", List.of("/in", "/other"),
                "workload=deployments/web&method=GET", List.of(),
                "workload=nodes/node", List.of("/in", "/out", "/other"));
        Map<String, Watcher> watching = new TreeMap<>();
        for (String query : expected.keySet()) {
            watching.put(query, watch(query));
        }
        Watcher last = watch("workload=pods/web-0&path=/other");
        arrives("/in");
        sent("/out");
        arrives("/other");
        await().until(() -> !last.requests().isEmpty());
        await().untilAsserted(() -> expected.forEach((query, paths) ->
                assertThat(watching.get(query).paths()).as(query).isEqualTo(paths)));
    }

    @Test
    void what_is_too_much_for_a_watcher_is_counted() throws Exception {
        Taps.Watch slow = taps.open(ANY_OF_WEB);
        assertThat(slow).isNotNull();
        try (slow) {
            for (int i = 0; i < 2_005; i++) {
                arrives("/" + i);
            }
            assertThat(slow.dropped()).isEqualTo(5);
            assertThat(slow.dropped()).isZero();
            assertThat(slow.next(java.time.Duration.ZERO))
                    .extracting(TappedRequest::path)
                    .isEqualTo("/0");
        }
    }

    @Test
    void what_a_sidecar_tells_is_shortened_to_what_can_be() throws Exception {
        String text = "x".repeat(10_000);
        HTTPAccessLogEntry.Builder entry =
                entry(AccessLogCommon.newBuilder().setDownstreamDirectRemoteAddress(address(text)), "/" + text);
        entry.getCommonPropertiesBuilder().getStartTimeBuilder().setSeconds(Long.MAX_VALUE);
        entry.getRequestBuilder().setAuthority(text);
        entry.getResponseBuilder().setResponseCodeDetails(text);
        try (Taps.Watch watch = taps.open(ANY_OF_WEB)) {
            taps.logged(AT_WEB, Tap.DESTINATION_LOG, List.of(entry.build()));
            TappedRequest request = watch.next(java.time.Duration.ZERO);
            assertThat(request.time()).isEqualTo("9999-12-31T23:59:59.25Z");
            assertThat(request.source().address()).hasSize(64);
            assertThat(request.authority()).hasSize(253);
            assertThat(request.path()).hasSize(2_048);
            assertThat(request.details()).hasSize(256);
        }
    }

    @Test
    void a_watcher_who_goes_before_anything_is_written_leaves_nothing() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        taps.meters(registry);
        AdminAnswer answer =
                new TapRoute(taps).answer(new AdminRequest("/v1/tap", Map.of("workload", "deployments/web"), Map.of()));
        assertThat(registry.get("weir.tap.watchers").gauge().value()).isEqualTo(1);
        answer.streamed().close();
        assertThat(registry.get("weir.tap.watchers").gauge().value()).isZero();
    }

    @Test
    void a_watcher_who_goes_makes_room_for_another() throws Exception {
        String query = "workload=deployments/web";
        for (int i = 0; i < Taps.MOST; i++) {
            watch(query);
        }
        assertThat(refusal(query)).isEqualTo("429 16 watch already");
        watchers.removeFirst().close();
        await().until(() -> {
            HttpResponse<Stream<String>> response = client.send(request(query), HttpResponse.BodyHandlers.ofLines());
            response.body().close();
            return response.statusCode() == 200;
        });
    }

    @Test
    void what_cannot_be_watched_is_said() throws Exception {
        assertThat(refusal("workload=deployments/nobody"))
                .isEqualTo("404 no pod with a sidecar belongs to deployments/nobody");
        assertThat(refusal("workload=deployments/web&namespace=customers")).startsWith("404 ");
        assertThat(refusal("workload=trafficsplits/x")).startsWith("400 trafficsplits/x is not KIND/NAME");
        assertThat(refusal("workload=deployments")).startsWith("400 ");
        assertThat(refusal("")).startsWith("400 ");
        assertThat(refusal("workload=deployments/web&to=web")).startsWith("400 web is not");
    }
}
