package io.weir.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests by several callers at once, each sending the next as soon as it has its answer, until it is stopped. Nothing
 * is tried again: what fails has failed.
 */
final class Load implements AutoCloseable {

    /**
     * What came of a load.
     *
     * @param requests how many ended
     * @param failures what went wrong
     * @param apps how often each app answered
     * @param callers how many answers each kind of caller got
     */
    record Counts(long requests, List<String> failures, Map<String, Long> apps, Map<String, Long> callers) {
        Counts {
            failures = List.copyOf(failures);
            apps = Map.copyOf(apps);
            callers = Map.copyOf(callers);
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Where everything fails, it fails fast: more of it would tell nothing new. */
    private static final int ENOUGH_FAILURES = 1_000;

    private final AtomicLong requests = new AtomicLong();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final Map<String, Long> apps = new ConcurrentHashMap<>();
    private final Map<String, Long> callers = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** Three connections that stay open, and a fourth caller that opens a new one for each request. */
    static Load http(InetSocketAddress proxy, String url) {
        return of(
                Caller.onOneConnection(proxy, url),
                Caller.onOneConnection(proxy, url),
                Caller.onOneConnection(proxy, url),
                Caller.onNewConnections(proxy, url));
    }

    static Load of(Caller... callers) {
        Load load = new Load();
        for (Caller caller : callers) {
            load.threads.add(
                    Thread.ofPlatform().name("load " + load.threads.size()).start(() -> load.repeat(caller)));
        }
        return load;
    }

    private void repeat(Caller caller) {
        try (caller) {
            while (!stopped && failures.size() < ENOUGH_FAILURES) {
                once(caller);
            }
        } catch (IOException e) {
            failures.add("closing: " + e);
        }
    }

    private void once(Caller caller) {
        try {
            String app = caller.call();
            apps.merge(app, 1L, Long::sum);
            callers.merge(caller.toString(), 1L, Long::sum);
        } catch (IOException | RuntimeException e) {
            failures.add("request " + requests + " on " + caller + ": " + e);
        }
        requests.incrementAndGet();
    }

    /** Waits until so many requests have ended, or so much has failed that it has given up. */
    void reach(long atLeast) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> requests.get() >= atLeast || failures.size() >= ENOUGH_FAILURES);
    }

    /** Requests that have ended so far. */
    long requests() {
        return requests.get();
    }

    /** Ends, when every caller has its last answer. */
    Counts stop() throws InterruptedException {
        close();
        return new Counts(requests(), List.copyOf(failures), apps, callers);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
