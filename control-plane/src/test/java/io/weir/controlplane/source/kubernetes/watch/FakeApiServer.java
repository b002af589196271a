package io.weir.controlplane.source.kubernetes.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Says what a test wants an API server to say, also what no real one would. Answers are given to requests in the order
 * in which they were prepared, lists and watches apart; without one a list is refused and a watch hangs.
 */
final class FakeApiServer implements AutoCloseable {

    private final HttpServer server;
    private final CountDownLatch end = new CountDownLatch(1);
    private final BlockingDeque<Answer> lists = new LinkedBlockingDeque<>();
    private final BlockingDeque<Answer> watches = new LinkedBlockingDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final KubernetesClient client;

    /** What is sent, and how it ends. */
    record Answer(int status, String body, End end) {

        enum End {
            /** As it should. */
            PROPER,
            /** The connection breaks. */
            CUT,
            /** Nothing more comes. */
            SILENT
        }

        static Answer of(int status, String reason, String causes) {
            return new Answer(
                    status,
                    "{\"kind\":\"Status\",\"code\":" + status + ",\"message\":\"" + reason
                            + "\",\"details\":{\"causes\":[" + causes + "]}}",
                    End.PROPER);
        }
    }

    private FakeApiServer(HttpServer server) {
        this.server = server;
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/base/")
                .withHttp2Disable(true)
                .build();
        this.client = new KubernetesClientBuilder().withConfig(config).build();
    }

    static FakeApiServer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FakeApiServer fake = new FakeApiServer(server);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/base/apis/test/v1/things", fake::answer);
        server.start();
        return fake;
    }

    KubernetesClient client() {
        return client;
    }

    /** The queries so far, in order. */
    List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    FakeApiServer list(Answer answer) {
        lists.add(answer);
        return this;
    }

    /** A complete list. */
    FakeApiServer list(String resourceVersion, String... items) {
        return list(new Answer(200, listBody(resourceVersion, "", items), Answer.End.PROPER));
    }

    FakeApiServer watch(Answer answer) {
        watches.add(answer);
        return this;
    }

    FakeApiServer watch(Answer.End end, String... events) {
        return watch(new Answer(200, String.join("\n", events) + "\n", end));
    }

    static String listBody(String resourceVersion, String next, String... items) {
        return "{\"kind\":\"ThingList\",\"metadata\":{\"resourceVersion\":\"" + resourceVersion + "\",\"continue\":\""
                + next + "\"},\"items\":[" + String.join(",", items) + "]}";
    }

    static String thing(String name, String value) {
        return thing(name, value, "0");
    }

    static String thing(String name, String value, String resourceVersion) {
        return "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"" + name + "\",\"resourceVersion\":\""
                + resourceVersion + "\"},\"value\":\"" + value + "\"}";
    }

    static String event(String type, String object) {
        return "{\"type\":\"" + type + "\",\"object\":" + object + "}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        boolean watch = query.contains("watch=true");
        synchronized (requests) {
            requests.add(query);
        }
        Answer answer = watch ? watches.poll() : lists.poll();
        if (answer == null) {
            answer = watch ? new Answer(200, "", Answer.End.SILENT) : Answer.of(503, "nothing prepared", "");
        }
        try {
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), 0);
            OutputStream out = exchange.getResponseBody();
            out.write(body);
            out.flush();
            switch (answer.end()) {
                case PROPER -> out.close();
                case CUT -> {}
                case SILENT -> end.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            if (end.getCount() > 0 && !watch) {
                throw new UncheckedIOException(e);
            }
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        end.countDown();
        client.close();
        server.stop(0);
    }
}
