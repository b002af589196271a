package io.weir.controlplane.identity.review;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Answers TokenReviews with what a test says, also with what no API server would say. */
final class FakeReviews implements AutoCloseable {

    private final HttpServer server;
    private final KubernetesClient client;
    private final List<String> questions = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean holding;
    private volatile int code = 201;
    private volatile String body = "";

    private FakeReviews(HttpServer server) {
        this.server = server;
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withHttp2Disable(true)
                .build();
        this.client = new KubernetesClientBuilder().withConfig(config).build();
    }

    static FakeReviews start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FakeReviews reviews = new FakeReviews(server);
        server.createContext("/apis/authentication.k8s.io/v1/tokenreviews", reviews::answer);
        server.start();
        return reviews;
    }

    KubernetesClient client() {
        return client;
    }

    synchronized List<String> questions() {
        return List.copyOf(questions);
    }

    void status(String json) {
        answer(201, """
                {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": %s}""".formatted(json));
    }

    void answer(int status, String text) {
        code = status;
        body = text;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            synchronized (this) {
                questions.add(question);
            }
            if (holding) {
                await();
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Questions are taken from now on, and not answered until the end. */
    void hold() {
        holding = true;
    }

    private void await() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /** Nobody answers from now on. */
    void stop() {
        server.stop(0);
    }

    @Override
    public void close() {
        closed.countDown();
        client.close();
        stop();
    }
}
