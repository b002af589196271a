package io.weir.controlplane.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpServer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Envoys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The server with real Envoys, oldest and newest, in both protocols. */
@Tag("envoy")
class RealEnvoyTest {

    private final AtomicReference<ProxySnapshot> snapshot = new AtomicReference<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<AutoCloseable> open = new ArrayList<>();
    private AdsCounters counters = new AdsCounters();
    private ConnectionRegistry registry = new ConnectionRegistry(10);
    private AdsCache cache = new AdsCache((_, _) -> snapshot.get(), Timers.system(clock), counters);

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        clock.shutdownNow();
    }

    static Stream<Arguments> everyVersionAndProtocol() {
        return Envoys.VERSIONS.stream()
                .flatMap(version -> Stream.of(Protocol.values()).map(protocol -> Arguments.of(version, protocol)));
    }

    @ParameterizedTest
    @MethodSource("everyVersionAndProtocol")
    void an_envoy_serves_moves_refuses_and_reconnects(String version, Protocol protocol, @TempDir Path folder)
            throws Exception {
        int one = app("one");
        int two = app("two");
        XdsResource v1 = cluster("v1");
        XdsResource v2 = cluster("v2");
        XdsResource trust = XdsResource.of(XdsType.SECRET, "trust", TestTls.PKI.trust());
        give(v1, endpoints("v1", one), listener("in"), route("v1"), secure(), endpoints("secure", one), trust);
        XdsServer server = serve(0);
        RealEnvoy envoy = RealEnvoy.start(version, protocol, server.port(), TestTls.caPem(), folder);
        open.add(envoy);
        envoy.until("the listener is there", () -> envoy.port("in") > 0);
        int port = envoy.port("in");
        envoy.until("the first request is served", () -> envoy.get(port).equals("200 one"));
        envoy.until("all is accepted", this::isSynced);
        assertThat(cache.everyConnectedProxyAcked(XdsType.SECRET, "trust", trust.version()))
                .isTrue();
        assertThat(registry.statuses().getFirst().envoyVersion()).isEqualTo(version);
        assertThat(registry.statuses().getFirst().telemetry()).isEqualTo(Envoys.telemetry(version));

        give(v2, endpoints("v2", two), listener("in"), route("v2"), trust);
        List<String> seen = new ArrayList<>();
        envoy.until("the route has moved", () -> {
            seen.add(envoy.get(port));
            return seen.getLast().equals("200 two");
        });
        assertThat(seen).as("make before break").isSubsetOf("200 one", "200 two");
        envoy.until("the old clusters are gone", () -> !envoy.admin("/clusters").contains("v1::"));
        envoy.until("all is accepted", this::isSynced);
        assertThat(counters.neverAcknowledged()).isZero();

        give(v2, endpoints("v2", two), listener("in"), route("v2"), trust, brokenListener(), listener("also"));
        envoy.until("the good listener is there", () -> envoy.port("also") > 0);
        envoy.until(
                "the bad one is refused", () -> registry.statuses().getFirst().last() != null);
        assertThat(registry.statuses().getFirst().last().resources()).containsExactly("broken");
        assertThat(envoy.get(port)).isEqualTo("200 two");

        give(v2, endpoints("v2", two), listener("in"), route("v2"), listener("also"), v1, endpoints("v1", one));
        envoy.until(
                "the bad one is taken back",
                () -> isSynced() && envoy.admin("/clusters").contains("v1::"));
        restart(server, envoy, port, () -> give(v2, endpoints("v2", two), listener("in"), route("v2")));
        if (protocol == Protocol.DELTA) {
            for (XdsType type : XdsType.values()) {
                assertThat(counters.resources(type)).as("sent again: " + type).isZero();
            }
        }
    }

    private void restart(XdsServer server, RealEnvoy envoy, int port, Runnable meanwhile)
            throws IOException, InterruptedException {
        int xdsPort = server.port();
        server.close();
        assertThat(envoy.get(port)).as("nobody serves xDS").isEqualTo("200 two");
        counters = new AdsCounters();
        registry = new ConnectionRegistry(10);
        cache = new AdsCache((_, _) -> snapshot.get(), Timers.system(clock), counters);
        meanwhile.run();
        serve(xdsPort);
        envoy.until("the listener deleted meanwhile is gone", () -> envoy.port("also") < 0);
        envoy.until(
                "the cluster deleted meanwhile is gone",
                () -> !envoy.admin("/clusters").contains("v1::"));
        envoy.until("the proxy is back", this::isSynced);
        assertThat(envoy.get(port)).isEqualTo("200 two");
    }

    private boolean isSynced() {
        return !registry.statuses().isEmpty()
                && registry.statuses().stream()
                        .flatMap(status -> status.types().values().stream())
                        .allMatch(status -> status.sync() == TypeStatus.Sync.SYNCED);
    }

    private void give(XdsResource... resources) {
        snapshot.set(AdsWorld.snapshot(resources));
        cache.changed();
    }

    private XdsServer serve(int port) throws IOException {
        XdsServer server = XdsServer.start(
                XdsServerConfig.at(TestTls.loopback(port)), TestTls.server(), AdsWorld.byHeader(), cache, registry);
        open.add(server);
        return server;
    }

    private int app(String says) throws IOException {
        HttpServer app = HttpServer.create(TestTls.loopback(0), 0);
        app.createContext("/", exchange -> {
            byte[] body = says.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        app.start();
        open.add(() -> app.stop(0));
        return app.getAddress().getPort();
    }

    private static XdsResource endpoints(String name, int port) {
        return AdsWorld.endpoints(name, port);
    }

    private static XdsResource cluster(String name) {
        return resource(XdsType.CLUSTER, name, Cluster.newBuilder(), """
                {"name": "%s", "type": "EDS", "connectTimeout": "1s",
                 "edsClusterConfig": {"edsConfig": {"ads": {}, "resourceApiVersion": "V3"}}}""".formatted(name));
    }

    /** A cluster that warms only when it has its roots by SDS. */
    private static XdsResource secure() {
        UpstreamTlsContext.Builder tls = UpstreamTlsContext.newBuilder();
        merge(tls, """
                {"commonTlsContext": {"validationContextSdsSecretConfig":
                    {"name": "trust", "sdsConfig": {"ads": {}, "resourceApiVersion": "V3"}}}}""");
        Cluster.Builder cluster = Cluster.newBuilder();
        merge(cluster, """
                {"name": "secure", "type": "EDS", "connectTimeout": "1s", "transportSocket": {"name": "tls"},
                 "edsClusterConfig": {"edsConfig": {"ads": {}, "resourceApiVersion": "V3"}}}""");
        cluster.getTransportSocketBuilder().setTypedConfig(Any.pack(tls.build()));
        return XdsResource.of(XdsType.CLUSTER, "secure", cluster.build());
    }

    private static XdsResource listener(String name) {
        HttpConnectionManager.Builder http = HttpConnectionManager.newBuilder();
        merge(http, """
                {"statPrefix": "in", "httpFilters": [{"name": "router"}],
                 "rds": {"routeConfigName": "r", "configSource": {"ads": {}, "resourceApiVersion": "V3"}}}""");
        http.getHttpFiltersBuilder(0).setTypedConfig(Any.pack(Router.getDefaultInstance()));
        return withFilter(name, "http", Any.pack(http.build()));
    }

    /** Envoy knows no such filter. */
    private static XdsResource brokenListener() {
        return withFilter("broken", "broken", Any.pack(Cluster.getDefaultInstance()));
    }

    private static XdsResource withFilter(String name, String filter, Any config) {
        Listener.Builder listener = Listener.newBuilder();
        merge(listener, """
                {"name": "%s", "address": {"socketAddress": {"address": "127.0.0.1", "portValue": 0}},
                 "filterChains": [{"filters": [{"name": "%s"}]}]}""".formatted(name, filter));
        listener.getFilterChainsBuilder(0).getFiltersBuilder(0).setTypedConfig(config);
        return XdsResource.of(XdsType.LISTENER, name, listener.build());
    }

    private static XdsResource route(String cluster) {
        return resource(XdsType.ROUTE, "r", RouteConfiguration.newBuilder(), """
                {"name": "r", "virtualHosts": [{"name": "all", "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "%s"}}]}]}""".formatted(cluster));
    }

    private static XdsResource resource(XdsType type, String name, Message.Builder builder, String json) {
        merge(builder, json);
        return XdsResource.of(type, name, builder.build());
    }

    private static void merge(Message.Builder builder, String json) {
        try {
            JsonFormat.parser().merge(json, builder);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
