package io.weir.telemetry.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.telemetry.api.ApiAnswer;
import io.weir.telemetry.api.ApiRequest;
import io.weir.telemetry.apiserver.Authorization.Decision;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AggregatedServerTest {

    private static final String PODS = "/apis/metrics.smi-spec.io/v1alpha2/namespaces/shop/pods";

    private final TestAuthority frontProxies = new TestAuthority("front-proxies");
    private final TestAuthority servers = new TestAuthority("servers");
    private final List<ApiRequest> asked = new CopyOnWriteArrayList<>();
    private final List<Caller> callers = new CopyOnWriteArrayList<>();
    private final AtomicReference<Decision> decision = new AtomicReference<>(Decision.ALLOWED);
    private final AtomicReference<CallerAuthentication> authentication = new AtomicReference<>();
    private AggregatedServer server;
    private HttpClient apiServer;
    private HttpClient nobody;

    AggregatedServerTest() throws Exception {}

    @BeforeEach
    void start() throws Exception {
        authentication.set(believing(frontProxies));
        server = AggregatedServer.start(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                servers.server().manager(),
                new ApiHandler(
                        authentication::get,
                        (caller, _) -> {
                            callers.add(caller);
                            return decision.get();
                        },
                        request -> {
                            asked.add(request);
                            return new ApiAnswer(200, new TreeMap<>(Map.of("X-Told", "yes")), "{}\n");
                        },
                        () -> false));
        apiServer = servers.http(frontProxies.client("CN=front-proxy"));
        nobody = servers.http(null);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static CallerAuthentication believing(TestAuthority authority) throws Exception {
        return CallerAuthentication.of(RequestHeaderSettings.read(Map.of(
                "requestheader-client-ca-file", authority.pem(),
                "requestheader-username-headers", "[\"X-Remote-User\"]",
                "requestheader-group-headers", "[\"X-Remote-Group\"]")));
    }

    private HttpResponse<String> send(HttpClient client, String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_answer_goes_to_whom_the_api_server_asks_for() throws Exception {
        HttpResponse<String> answer = send(
                apiServer,
                "GET",
                PODS + "?t=1m&labelSelector=app%3Dweb",
                "X-Remote-User",
                "alice, of sales",
                "X-Remote-Group",
                "dev",
                "X-Remote-Group",
                "system:authenticated",
                "Accept",
                "application/json");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}\n");
        assertThat(answer.headers().firstValue("X-Told")).contains("yes");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(asked)
                .containsExactly(
                        new ApiRequest("GET", PODS, Map.of("t", "1m", "labelSelector", "app=web"), "application/json"));
        assertThat(callers)
                .containsExactly(
                        new Caller("alice, of sales", "", List.of("dev", "system:authenticated"), new TreeMap<>()));
    }

    @Test
    void a_name_without_the_certificate_of_a_front_proxy_is_nobodys() throws Exception {
        TestAuthority others = new TestAuthority("others");
        for (HttpClient client : List.of(nobody, servers.http(others.client("CN=front-proxy")))) {
            HttpResponse<String> answer =
                    send(client, "GET", PODS, "X-Remote-User", "admin", "X-Remote-Group", "system:masters");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body())
                    .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                            + "\"message\":\"Unauthorized\",\"reason\":\"Unauthorized\",\"code\":401}\n");
        }
        assertThat(send(apiServer, "GET", PODS).statusCode())
                .as("it names nobody")
                .isEqualTo(401);
        assertThat(callers).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void who_may_not_is_told_what_and_who_can_t_be_asked_about_is_not_answered() throws Exception {
        decision.set(Decision.DENIED);
        HttpResponse<String> denied = send(apiServer, "GET", PODS + "/a/edges", "X-Remote-User", "alice");
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body())
                .contains("pods.metrics.smi-spec.io \\\"a\\\" is forbidden: User \\\"alice\\\" cannot get resource"
                        + " \\\"pods/edges\\\" in API group \\\"metrics.smi-spec.io\\\" in the namespace \\\"shop\\\"");
        decision.set(Decision.UNDECIDED);
        HttpResponse<String> undecided = send(apiServer, "GET", PODS, "X-Remote-User", "alice");
        assertThat(undecided.statusCode()).isEqualTo(503);
        assertThat(undecided.headers().firstValue("Retry-After")).contains("1");
        assertThat(asked).isEmpty();
    }

    @Test
    void authorities_change_while_a_connection_is_open() throws Exception {
        TestAuthority next = new TestAuthority("next");
        HttpClient later = servers.http(next.client("CN=front-proxy"));
        assertThat(send(later, "GET", PODS, "X-Remote-User", "alice").statusCode())
                .isEqualTo(401);
        authentication.set(believing(next));
        assertThat(send(later, "GET", PODS, "X-Remote-User", "alice").statusCode())
                .isEqualTo(200);
        assertThat(send(apiServer, "GET", PODS, "X-Remote-User", "alice").statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_user_may_be_in_many_groups() throws Exception {
        String[] headers = new String[802];
        headers[0] = "X-Remote-User";
        headers[1] = "alice";
        for (int i = 2; i < headers.length; i += 2) {
            headers[i] = "X-Remote-Group";
            headers[i + 1] = "a group with a rather long name " + i;
        }
        assertThat(send(apiServer, "GET", PODS, headers).statusCode()).isEqualTo(200);
        assertThat(callers.getFirst().groups()).hasSize(401);
    }

    @Test
    void health_is_anybodys_to_ask_and_a_head_has_no_body() throws Exception {
        assertThat(send(nobody, "GET", "/healthz").body()).isEqualTo("ok\n");
        assertThat(send(nobody, "GET", "/livez").statusCode()).isEqualTo(200);
        assertThat(send(nobody, "GET", "/readyz").statusCode()).isEqualTo(503);
        HttpResponse<String> head = send(apiServer, "HEAD", PODS, "X-Remote-User", "alice");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(send(apiServer, "TRACE", PODS, "X-Remote-User", "alice").statusCode())
                .isEqualTo(405);
    }
}
