package io.weir.controlplane.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Asks the control plane what should run, again and again, and tells what is new. */
final class ReplicaFeed implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReplicaFeed.class);

    /** How long the control plane may hold a question that has no new answer. */
    private static final int WAIT_SECONDS = 20;

    /** Between two questions when the first was not answered, or with nothing new and at once. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Path state;
    private final Consumer<DesiredReplicas> accept;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("replica feed").unstarted(this::ask);

    /**
     * @param accept called on the feed's thread with each answer of a new generation
     */
    ReplicaFeed(Path state, Consumer<DesiredReplicas> accept) {
        this.state = state;
        this.accept = accept;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        client.shutdownNow();
    }

    /** One question. */
    static DesiredReplicas fetch(HttpClient client, AdminAddress admin, String known, int waitSeconds)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://" + admin.address() + "/v1/replicas?generation=" + known + "&wait=" + waitSeconds);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("authorization", "Bearer " + admin.token())
                .timeout(Duration.ofSeconds(waitSeconds + 10L))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (answer.statusCode() != 200) {
            throw new IOException("the control plane answered " + answer.statusCode() + " "
                    + answer.body().strip());
        }
        try {
            return DesiredReplicas.read(answer.body());
        } catch (JacksonException e) {
            throw new IOException("the control plane's answer is not understood", e);
        }
    }

    private void ask() {
        String known = "";
        try {
            while (closed.getCount() > 0) {
                String before = known;
                try {
                    // Read each time: a restarted control plane has another port.
                    DesiredReplicas desired = fetch(client, AdminAddress.read(state), known, WAIT_SECONDS);
                    known = desired.generation();
                    if (!known.equals(before)) {
                        accept.accept(desired);
                    }
                } catch (IOException e) {
                    log.debug("no answer of the control plane yet", e);
                }
                if (known.equals(before) && closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
