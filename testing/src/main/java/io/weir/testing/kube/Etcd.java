package io.weir.testing.kube;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The etcd of a {@link KubeApiServer}: keeps its port and its data when it is stopped or killed and started again. */
public final class Etcd {

    private static final Duration UNTIL_READY = Duration.ofMinutes(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    private final Path program;
    private final Path folder;
    private final URI url = URI.create("http://127.0.0.1:" + FreePort.any());
    private @Nullable Daemon daemon;

    Etcd(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    URI url() {
        return url;
    }

    /** Returns once it answers. */
    public void start() {
        if (daemon != null) {
            throw new IllegalStateException("etcd runs already");
        }
        Daemon started = Daemon.start(program, arguments(), folder);
        daemon = started;
        await("etcd, logging to " + folder)
                .atMost(UNTIL_READY)
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_LOOKS)
                .until(() -> {
                    started.expectRunning();
                    return healthy();
                });
    }

    /** Asks it to end, and returns once it has. */
    public void stop() {
        Daemon running = daemon;
        daemon = null;
        if (running != null) {
            running.stop();
        }
    }

    /** Ends it without a warning. */
    public void kill() {
        Daemon running = daemon;
        daemon = null;
        if (running != null) {
            running.kill();
        }
    }

    /**
     * Forgets all revisions but the newest: who asks for older ones is told 410 Gone. A kube-apiserver that starts
     * afterwards does so at once; one that runs keeps old revisions in memory, and hears of it within 15 seconds.
     */
    public void compact() {
        // The smallest key: no entry is wanted, but the header, which has the revision.
        Map<?, ?> range = post("/v3/kv/range", Map.of("key", base64("\0")));
        Object revision = range.get("header") instanceof Map<?, ?> header ? header.get("revision") : null;
        if (revision == null) {
            throw new IllegalStateException("etcd tells no revision: " + range);
        }
        // By this key API servers tell each other.
        post("/v3/kv/put", Map.of("key", base64("compact_rev_key"), "value", base64(revision.toString())));
        post("/v3/kv/compaction", Map.of("revision", revision, "physical", true));
    }

    private List<String> arguments() {
        return List.of(
                "--name=default",
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=http://127.0.0.1:0",
                "--unsafe-no-fsync",
                "--log-level=warn");
    }

    private boolean healthy() {
        try {
            return send(HttpRequest.newBuilder(url.resolve("/health"))).contains("\"true\"");
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    private Map<?, ?> post(String path, Map<String, ?> body) {
        KubernetesSerialization json = new KubernetesSerialization();
        String answer = send(
                HttpRequest.newBuilder(url.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(json.asJson(body))));
        return json.unmarshal(answer, Map.class);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String send(HttpRequest.Builder request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request.timeout(REQUEST_LIMIT).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("etcd answers " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while etcd was asked", e);
        }
    }
}
