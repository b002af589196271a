package io.weir.e2e.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A probe says of the app what it said without a sidecar. */
class ProbesTest {

    private static final String PROBE = "/probe/web/readiness";

    private final String podIp = Apps.podIp();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_http_probe_tells_up_and_down(boolean tls) throws Exception {
        HttpServer app = app(tls, 0);
        int port = app.getAddress().getPort();
        try (RunningProxy proxy = proxy(
                "httpGet: {path: '/healthz?deep=1', port: %d, scheme: %s}".formatted(port, tls ? "HTTPS" : "HTTP"))) {
            Answer up = proxy.health(PROBE);
            assertThat(up.status()).isEqualTo(200);
            assertThat(up.body())
                    .isEqualTo("/healthz?deep=1 host=" + podIp + ":" + Sidecar.HEALTH_PORT + " from="
                            + Sidecar.TO_APP_ADDRESS);
            app.stop(0);
            assertThat(proxy.health(PROBE).status()).isEqualTo(503);
            app = app(tls, port);
            assertThat(proxy.health(PROBE).status()).isEqualTo(200);
        } finally {
            app.stop(0);
        }
    }

    private HttpServer app(boolean tls, int port) throws IOException {
        return tls
                ? Apps.https(podIp, port, request -> "200 " + request)
                : Apps.http(podIp, port, request -> "200 " + request);
    }

    @Test
    void what_the_app_answers_is_what_the_kubelet_gets() throws Exception {
        AtomicReference<String> answer = new AtomicReference<>("");
        HttpServer app = Apps.http(podIp, 0, _ -> answer.get());
        try (RunningProxy proxy =
                proxy("httpGet: {path: /, port: %d}".formatted(app.getAddress().getPort()))) {
            for (String status : List.of("299 x", "404 none", "500 broken")) {
                answer.set(status);
                assertThat(status).startsWith(proxy.health(PROBE).status() + " ");
            }
            answer.set("302 https://login.example/");
            Answer redirect = proxy.health(PROBE);
            assertThat(redirect.status()).isEqualTo(302);
            assertThat(redirect.head()).doesNotContainIgnoringCase("location");
        } finally {
            app.stop(0);
        }
    }

    @Test
    void headers_of_a_probe_reach_the_app() throws Exception {
        HttpServer app = Apps.http(podIp, 0, request -> "200 " + request);
        try (RunningProxy _ =
                proxy("httpGet: {path: /, port: %d}".formatted(app.getAddress().getPort()))) {
            assertThat(Answer.get(podIp, Sidecar.HEALTH_PORT, PROBE, "Host: shop.example")
                            .body())
                    .startsWith("/ host=shop.example ");
        } finally {
            app.stop(0);
        }
    }

    @Test
    void nothing_else_of_the_app_is_reachable() throws Exception {
        HttpServer app = Apps.http(podIp, 0, request -> "200 " + request);
        try (RunningProxy proxy = proxy(
                "httpGet: {path: /healthz, port: %d}".formatted(app.getAddress().getPort()))) {
            for (String path : List.of(
                    PROBE + "?x=1",
                    PROBE + "/",
                    PROBE + "/../liveness",
                    "/probe/web/liveness",
                    "/healthz",
                    "/probe/web/x",
                    "/")) {
                assertThat(proxy.health(path).status()).as(path).isEqualTo(404);
            }
            for (String method : List.of("POST", "HEAD", "PUT", "DELETE")) {
                assertThat(Answer.of(podIp, Sidecar.HEALTH_PORT, method, PROBE).status())
                        .as(method)
                        .isEqualTo(404);
            }
        } finally {
            app.stop(0);
        }
    }

    @Test
    void a_tcp_probe_tells_up_and_down() throws Exception {
        ServerSocket app = Apps.tcp(podIp, 0);
        int port = app.getLocalPort();
        try (RunningProxy proxy = proxy("tcpSocket: {port: %d}".formatted(port))) {
            eventually(proxy, 200);
            app.close();
            eventually(proxy, 503);
            app = Apps.tcp(podIp, port);
            eventually(proxy, 200);
        } finally {
            app.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop.Store"})
    void a_grpc_probe_tells_serving_from_not_serving_and_from_down(String service) throws Exception {
        AtomicReference<String> serving = new AtomicReference<>(service);
        Server app = Apps.grpc(podIp, 0, asked -> asked.equals(serving.get()));
        try (RunningProxy proxy = proxy("grpc: {port: %d, service: '%s'}".formatted(app.getPort(), service))) {
            eventually(proxy, 200);
            serving.set("another");
            eventually(proxy, 503);
            serving.set(service);
            eventually(proxy, 200);
            app.shutdownNow().awaitTermination();
            eventually(proxy, 503);
        } finally {
            app.shutdownNow();
        }
    }

    @Test
    void an_app_that_was_never_there_is_down() throws Exception {
        int free;
        try (ServerSocket socket = Apps.tcp(podIp, 0)) {
            free = socket.getLocalPort();
        }
        for (String probe : List.of("tcpSocket: {port: %d}", "grpc: {port: %d}", "httpGet: {port: %d}")) {
            try (RunningProxy proxy = proxy(probe.formatted(free))) {
                assertThat(proxy.health(PROBE).status()).as(probe).isEqualTo(503);
                assertThat(proxy.health("/ready").status()).isEqualTo(200);
            }
        }
    }

    private RunningProxy proxy(String probe) throws Exception {
        return RunningProxy.alone(InjectedPod.probed(probe), podIp, folder);
    }

    private static void eventually(RunningProxy proxy, int status) {
        await().until(() -> proxy.health(PROBE).status() == status);
    }
}
