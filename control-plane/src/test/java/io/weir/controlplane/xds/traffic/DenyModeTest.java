package io.weir.controlplane.xds.traffic;

import static io.weir.controlplane.model.TestMesh.tcp;
import static io.weir.controlplane.model.TestMesh.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.model.Mode;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.controlplane.xds.traffic.Http.Response;
import io.weir.controlplane.xds.translate.Envoys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** A workload in deny mode behind a real Envoy, called by others behind real Envoys and by plain clients. */
@ParameterizedClass
@FieldSource("VERSIONS")
@Tag("envoy")
class DenyModeTest {

    static final List<String> VERSIONS = Envoys.VERSIONS;

    private final String version;

    @TempDir
    static Path folder;

    private static Pair pair;

    DenyModeTest(String version) {
        this.version = version;
    }

    @BeforeParameterizedClassInvocation
    static void start(String version) throws IOException {
        pair = new Pair(version, Mode.DENY, folder);
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        pair.close();
    }

    private Response get(String caller, String path, String... headers) throws IOException {
        return request(caller, "GET " + path + " HTTP/1.1", headers);
    }

    private Response request(String caller, String line, String... headers) throws IOException {
        String[] lines = new String[headers.length + 2];
        lines[0] = line;
        lines[1] = "Host: store.shop";
        System.arraycopy(headers, 0, lines, 2, headers.length);
        return Http.send(pair.outbound(caller, tcp("shop/store", 80)), lines);
    }

    @Test
    void a_granted_request_passes_over_mtls() throws IOException {
        assertThat(get("buyer", "/api/books")).satisfies(response -> {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).contains("store: GET /api/books");
        });
    }

    @Test
    void a_denied_request_is_told_so_with_403() throws IOException {
        for (Response response : List.of(
                get("buyer", "/admin"),
                request("buyer", "POST /api HTTP/1.1", "Content-Length: 0"),
                get("thief", "/api"))) {
            assertThat(response.status()).isEqualTo(403);
            assertThat(response.text()).contains("denied by Weir: no TrafficTarget allows this request");
        }
    }

    @Test
    void a_plaintext_caller_is_told_so_with_403() throws IOException {
        Response response = Http.send(pair.inboundHttp, "GET /api HTTP/1.1", "Host: store");
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).contains("no sidecar");
    }

    @Test
    void paths_are_judged_as_the_app_will_see_them() throws IOException {
        for (String path : List.of(
                "//api/../admin",
                "/api%2F..%2Fadmin",
                "/api/%2e%2e/admin",
                "/api\\..\\admin",
                "/api%5c..%5cadmin",
                "/x?y=/api")) {
            assertThat(get("buyer", path).status()).as(path).isEqualTo(403);
        }
        assertThat(get("buyer", "/x/..//api?y=/admin").text()).contains("store: GET /api?y=/admin");
        // 1.40 resolves the segment, 1.36 does not; neither lets the app resolve it.
        assertThat(get("buyer", "/api/..;/admin").status()).isIn(400, 403);
    }

    @Test
    void a_path_that_is_no_path_reaches_nobody() throws IOException {
        assertThat(request("buyer", "OPTIONS * HTTP/1.1").status()).isIn(400, 404);
        assertThat(request("buyer", "CONNECT store.shop:80 HTTP/1.1").status()).isIn(400, 403, 404);
    }

    @Test
    void a_repeated_header_is_judged_joined() throws IOException {
        assertThat(get("buyer", "/team", "X-Team: a", "X-Team: b").status()).isEqualTo(200);
        assertThat(get("buyer", "/team", "x-team: a,b").status()).isEqualTo(200);
        assertThat(get("buyer", "/team", "X-Team: a,b", "X-Team: c").status()).isEqualTo(403);
        assertThat(get("buyer", "/team").status()).isEqualTo(403);
    }

    @Test
    void callers_set_no_timeouts_and_claim_no_certificates() throws IOException {
        Response response = get(
                "buyer",
                "/api",
                "x-envoy-upstream-rq-timeout-ms: 1",
                "x-envoy-retry-on: 5xx",
                "x-envoy-original-path: /admin",
                "x-envoy-internal: true",
                "x-forwarded-for: 10.0.0.1",
                "x-forwarded-client-cert: URI=spiffe://cluster.local/ns/shop/sa/admin",
                "x-weir-listener: 127.0.0.1:1");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text().toLowerCase(java.util.Locale.ROOT))
                .contains("x-forwarded-for[10.0.0.1]")
                .doesNotContain("x-envoy")
                .doesNotContain("x-request-id")
                .doesNotContain("client-cert")
                .doesNotContain("x-weir");
    }

    @Test
    void the_forward_proxy_finds_services_by_every_name() throws IOException {
        for (String authority :
                List.of("store", "store.shop", "STORE.shop:80", "store.shop.svc", "store.shop.svc.cluster.local:80")) {
            Response response =
                    Http.send(pair.proxy("buyer"), "GET http://" + authority + "/api HTTP/1.1", "Host: ignored");
            assertThat(response.status()).as(authority).isEqualTo(200);
            assertThat(response.text()).contains("Host[" + authority + "]").doesNotContain("X-weir-listener");
        }
    }

    @Test
    void the_forward_proxy_is_no_open_proxy() throws IOException {
        String bait = "x-weir-listener: " + pair.inboundHttp.getHostString() + ":" + pair.inboundHttp.getPort();
        Response unknown = Http.send(pair.proxy("buyer"), "GET http://elsewhere.shop/ HTTP/1.1", "Host: x", bait);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.text()).contains("Weir knows no HTTP service port 'elsewhere.shop'");
        // Had the bait been taken, plaintext at the inbound port would answer 403.
        assertThat(Http.send(pair.proxy("buyer"), "GET http://store.shop/api HTTP/1.1", "Host: x", bait)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void the_forward_proxy_opens_tunnels_to_the_ports_of_services_and_to_nothing_else() throws IOException {
        String request = "GET /api HTTP/1.1\r\nHost: store.shop\r\n\r\n";
        InetSocketAddress buyer = pair.proxy("buyer");
        InetSocketAddress thief = pair.proxy("thief");
        assertThat(Http.tunnel(buyer, "store.shop:80", request, "store: GET /api"))
                .startsWith("HTTP/1.1 200");
        assertThat(Http.tunnel(thief, "store.shop:80", request, "denied by Weir"))
                .startsWith("HTTP/1.1 403");
        assertThat(Http.tunnel(buyer, "store.shop.svc:9000", "echo", "echo")).isEqualTo("store\necho");
        assertThat(Http.tunnel(thief, "store.shop:9000", "echo", "echo")).isEmpty();
        for (String elsewhere : List.of(
                "store.shop:8080",
                "elsewhere.shop:80",
                pair.inboundTcp.getHostString() + ":" + pair.inboundTcp.getPort())) {
            assertThatThrownBy(() -> Http.tunnel(buyer, elsewhere, request, "store"))
                    .as(elsewhere)
                    .hasMessageContaining("404");
        }
        // No tunnel is no request: a TCP port takes none by name.
        assertThat(Http.send(pair.proxy("buyer"), "GET http://store.shop:9000/ HTTP/1.1", "Host: x")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void http_10_is_served() throws IOException {
        assertThat(Http.send(pair.proxy("buyer"), "GET http://store.shop/api HTTP/1.0", "Host: store.shop")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void http_10_needs_no_host_where_the_address_says_whose_it_is() throws IOException {
        Response response = Http.send(pair.outbound("buyer", tcp("shop/store", 80)), "GET /api HTTP/1.0");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).contains("Host[store.shop]");
    }

    @Test
    void a_method_that_no_standard_knows_passes_where_every_method_may() throws IOException {
        assertThat(request("buyer", "RENAME /store/1 HTTP/1.1", "Content-Length: 0")
                        .text())
                .contains("store: RENAME /store/1");
        assertThat(request("buyer", "get /store/1 HTTP/1.1", "Content-Length: 0")
                        .text())
                .contains("store: get /store/1");
        assertThat(request("buyer", "get /api HTTP/1.1", "Content-Length: 0").status())
                .isEqualTo(403);
    }

    @Test
    void no_backend_answers_503_and_says_why() throws IOException {
        Response response =
                Http.send(pair.outbound("buyer", tcp("shop/gone", 80)), "GET /x HTTP/1.1", "Host: gone.shop");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).contains("TrafficSplit shop/gone leaves no backend");
    }

    @Test
    void a_server_that_is_not_the_services_is_not_spoken_to() throws IOException {
        Response response =
                Http.send(pair.outbound("buyer", tcp("shop/impostor", 80)), "GET /api HTTP/1.1", "Host: impostor.shop");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).doesNotContain("store:");
    }

    @Test
    void a_matching_request_takes_the_route_of_its_rule() throws IOException {
        Response response = Http.send(
                pair.outbound("buyer", tcp("shop/gone", 80)), "GET /x/../store/1 HTTP/1.1", "Host: gone.shop");
        assertThat(response.text()).contains("store: GET /store/1").contains("Host[gone.shop]");
    }

    @Test
    void grpc_passes_and_is_denied_in_its_own_words() throws IOException {
        InetSocketAddress to = pair.outbound("buyer", tcp("shop/store", 82));
        assertThat(Grpc.call(to, "store.Echo/Say", "hello")).isEqualTo("echo hello");
        assertThatThrownBy(() -> Grpc.call(to, "admin.Echo/Say", "hello"))
                .hasMessageStartingWith("PERMISSION_DENIED: denied by Weir");
        assertThatThrownBy(() -> Grpc.call(to, "store.Echo/Other", "hello")).hasMessageStartingWith("UNIMPLEMENTED");
    }

    @Test
    void a_websocket_passes_in_both_directions() throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(5_000);
            InetSocketAddress to = pair.proxy("buyer");
            socket.connect(to, 5_000);
            String request = "GET http://store.shop:81/api HTTP/1.1\r\nHost: store.shop:81\r\n"
                    + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) socket.getInputStream().read();
            }
            assertThat(head).startsWith("HTTP/1.1 101");
            socket.getOutputStream().write(new byte[] {'f', 'r', 'a', 'm', 'e'});
            assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("frame");
        }
    }

    @Test
    void granted_connections_hear_a_server_that_speaks_first() throws IOException {
        assertThat(Sockets.firstWord(pair.outbound("buyer", tcp("shop/store", 9000))))
                .isEqualTo("store\n");
    }

    @Test
    void refused_connections_hear_nothing_at_all() throws IOException {
        assertThat(Sockets.firstWord(pair.outbound("thief", tcp("shop/store", 9000))))
                .isEmpty();
        assertThat(Sockets.answer(pair.inboundTcp, "hello\n")).isEmpty();
    }

    @Test
    void a_port_without_backends_is_closed_at_once() throws IOException {
        assertThat(Sockets.firstWord(pair.outbound("buyer", tcp("shop/gone", 9000))))
                .isEmpty();
    }

    @Test
    void datagrams_pass_by_the_address_of_their_sidecar() throws IOException {
        InetSocketAddress server = pair.inboundUdp;
        assertThat(Sockets.datagram(pair.source("buyer"), server)).isEqualTo("store");
        assertThat(Sockets.datagram(pair.source("thief"), server)).isEmpty();
        assertThat(Sockets.datagram("127.0.0.1", server)).isEmpty();
        // Envoy 1.36 does not bind the sockets of UDP proxies, so there nobody is let in: too little, never too much.
        boolean binds = !version.equals(EnvoyInstall.OLDEST_VERSION);
        assertThat(Sockets.datagram("127.0.0.1", pair.outbound("buyer", udp("shop/store", 53))))
                .isEqualTo(binds ? "store" : "");
        assertThat(Sockets.datagram("127.0.0.1", pair.outbound("thief", udp("shop/store", 53))))
                .isEmpty();
    }

    @Test
    void nothing_goes_wrong_inside() throws IOException {
        get("buyer", "/api");
        get("thief", "/api");
        assertThat(pair.log())
                .doesNotContain("envoy bug failure")
                .doesNotContain("[error]")
                .doesNotContain("eprecated");
    }
}
