package io.weir.cli.training;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of an API server, on loopback, as a control plane needs to start: a few objects to list, watches in which nothing
 * happens, and what is written at a path can be read there again.
 */
public final class EmptyCluster implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, ObjectNode> written = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch judged = new CountDownLatch(1);
    private final Map<String, List<JsonNode>> objects;
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    private EmptyCluster(Map<String, List<JsonNode>> objects) {
        this.objects = objects;
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setStopTimeout(0);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                answer(request, response, callback);
                return true;
            }
        });
    }

    /** @param objects what there is to read, by the plural of its kind */
    public static EmptyCluster start(Map<String, List<JsonNode>> objects) throws Exception {
        EmptyCluster cluster = new EmptyCluster(objects);
        cluster.server.start();
        return cluster;
    }

    /** For the caller to close. */
    public KubernetesClient client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + connector.getLocalPort())
                .withHttp2Disable(true)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Returns once some object was given a status. */
    public void awaitStatus() throws InterruptedException {
        judged.await();
    }

    private void answer(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        if (String.valueOf(request.getHttpURI().getQuery()).contains("watch=true")) {
            response.write(false, ByteBuffer.allocate(0), Callback.NOOP);
            over.await();
            callback.succeeded();
            return;
        }
        JsonNode answer = request.getMethod().equals("GET")
                ? read(path)
                : write(path, request.getMethod(), JSON.readTree(Content.Source.asInputStream(request)));
        response.setStatus(answer.path("kind").asString("").equals("Status") ? 404 : 200);
        response.write(true, ByteBuffer.wrap(JSON.writeValueAsBytes(answer)), callback);
    }

    private JsonNode read(String path) {
        ObjectNode object = written.get(path);
        if (object != null) {
            return object;
        }
        List<JsonNode> items = objects.get(path.substring(path.lastIndexOf('/') + 1));
        if (items == null) {
            return JSON.createObjectNode()
                    .put("apiVersion", "v1")
                    .put("kind", "Status")
                    .put("status", "Failure")
                    .put("code", 404);
        }
        ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        list.putObject("metadata").put("resourceVersion", "1");
        items.forEach(list.putArray("items")::add);
        return list;
    }

    private JsonNode write(String path, String method, JsonNode body) {
        if (!(body instanceof ObjectNode object)) {
            return read(path);
        }
        object.withObjectProperty("metadata").put("resourceVersion", "1").put("uid", "1");
        String name = object.path("metadata").path("name").asString("");
        written.merge(
                method.equals("POST") ? path + "/" + name : path,
                object,
                (before, now) -> method.equals("PATCH") ? before.deepCopy().setAll(now) : now);
        if (path.endsWith("/status")) {
            judged.countDown();
        }
        return object;
    }

    @Override
    public void close() throws Exception {
        over.countDown();
        server.stop();
    }
}
