package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.admin.AdminServer;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Over HTTP, at the address where the admin API is. */
class MetricsRoutesTest {

    private static final String WEB = "/apis/metrics.smi-spec.io/v1alpha2/namespaces/shop/deployments/web";
    private static final String TOKEN = "a-token-of-the-state-folder";

    /** Windows of an hour reach back to before it was there. */
    private static final Readings YOUNG = new Readings() {
        @Override
        public Answer window(Duration window) {
            return window.equals(Duration.ofHours(1))
                    ? new Answer.Incomplete("started a minute ago", Duration.ofMinutes(59))
                    : new Answer.Complete(Shop.END.minus(window), Shop.END, Shop.edges());
        }

        @Override
        public Map<Edge, Traffic> totals() {
            return Map.of();
        }
    };

    private final MetricsApi api = new MetricsApi(YOUNG, Shop::inventory);
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.holder(TOKEN, Set.of()),
                MetricsRoutes.of(api));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Authorization", "Bearer " + TOKEN)
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String expected(String path, Map<String, String> query) {
        return api.answer(new ApiRequest("GET", path, query, null)).body();
    }

    @Test
    void paths_and_parameters_arrive_as_written() throws Exception {
        HttpResponse<String> response = ask("GET", WEB + "?t=1m");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).isEqualTo(expected(WEB, Map.of("t", "1m")));

        String pods = "/apis/metrics.smi-spec.io/v1alpha2/pods";
        assertThat(ask("GET", pods + "?labelSelector=app%20in%20(web%2Cgw)").body())
                .isEqualTo(expected(pods, Map.of("labelSelector", "app in (web,gw)")))
                .contains("gw-1");
    }

    @Test
    void discovery_and_descriptions_are_there() throws Exception {
        for (String path : new String[] {"/apis", "/apis/metrics.smi-spec.io", "/openapi/v2", "/openapi/v3"}) {
            assertThat(ask("GET", path).body()).as(path).isEqualTo(expected(path, Map.of()));
        }
    }

    @Test
    void head_has_no_body() throws Exception {
        HttpResponse<String> response = ask("HEAD", WEB);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void headers_of_refusals_get_through() throws Exception {
        HttpResponse<String> later = ask("GET", WEB + "?t=1h");
        assertThat(later.statusCode()).isEqualTo(503);
        assertThat(later.headers().firstValue("Retry-After")).contains("5");
        assertThat(later.body()).contains("\"retryAfterSeconds\":3540");

        for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
            HttpResponse<String> refused = ask(method, WEB);
            assertThat(refused.statusCode()).as(method).isEqualTo(405);
            assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
        }
    }

    @Test
    void what_a_client_accepts_may_be_in_several_headers() throws Exception {
        assertThat(ask("GET", "/apis", "Accept", "text/html").statusCode()).isEqualTo(406);
        assertThat(ask("GET", "/apis", "Accept", "text/html", "Accept", "application/json")
                        .statusCode())
                .isEqualTo(200);
    }
}
