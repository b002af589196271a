package io.weir.e2e;

import io.weir.e2e.HttpConnection.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Requests at a steady pace through a forward proxy: on two connections that stay open throughout, and on a new one for
 * each. Nothing is tried again.
 */
final class SteadyLoad implements AutoCloseable {

    private static final int KEPT = 2;
    private static final Duration PACE = Duration.ofMillis(5);

    /** One request: on which kind of connection, when it began, and who answered or what went wrong. */
    record Outcome(Kind kind, Instant at, String body, String failure) {
        boolean failed() {
            return !failure.isEmpty();
        }
    }

    enum Kind {
        KEPT_CONNECTION,
        NEW_CONNECTION
    }

    private final String url;
    private final ScheduledExecutorService lanes = Executors.newScheduledThreadPool(KEPT + 1);
    private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final List<HttpConnection> kept = new ArrayList<>();

    private SteadyLoad(String url) {
        this.url = url;
    }

    static SteadyLoad start(InetSocketAddress proxy, String url) throws IOException {
        SteadyLoad load = new SteadyLoad(url);
        for (int i = 0; i < KEPT; i++) {
            HttpConnection connection = new HttpConnection(proxy);
            load.kept.add(connection);
            load.lane(() -> load.request(Kind.KEPT_CONNECTION, connection));
        }
        load.lane(() -> {
            try (HttpConnection connection = new HttpConnection(proxy)) {
                load.request(Kind.NEW_CONNECTION, connection);
            } catch (IOException e) {
                load.outcomes.add(new Outcome(Kind.NEW_CONNECTION, Instant.now(), "", "connecting: " + e));
            }
        });
        return load;
    }

    private void lane(Runnable request) {
        var _ = lanes.scheduleAtFixedRate(request, 0, PACE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void request(Kind kind, HttpConnection connection) {
        Instant at = Instant.now();
        try {
            Answer answer = connection.send("GET", url, URI.create(url).getAuthority(), List.of());
            outcomes.add(new Outcome(kind, at, answer.body(), answer.status() == 200 ? "" : answer.toString()));
        } catch (IOException | RuntimeException e) {
            outcomes.add(new Outcome(kind, at, "", e.toString()));
        }
    }

    /** What came of the requests that began in this time; all that have ended so far. */
    List<Outcome> since(Instant time) {
        return outcomes.stream().filter(outcome -> outcome.at().isAfter(time)).toList();
    }

    /** Goes on for this long, and returns what came of the requests of that time. */
    List<Outcome> goOn(Duration time) throws Exception {
        Instant from = Instant.now();
        lanes.schedule(() -> {}, time.toMillis(), TimeUnit.MILLISECONDS).get();
        return since(from);
    }

    /** Ends, and returns what came of all requests. */
    List<Outcome> stop() throws Exception {
        lanes.shutdown();
        if (!lanes.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new AssertionError("requests to " + url + " hang");
        }
        return since(Instant.MIN);
    }

    @Override
    public void close() throws IOException {
        lanes.shutdownNow();
        for (HttpConnection connection : kept) {
            connection.close();
        }
    }
}
