package io.weir.controlplane.xds.server;

import io.grpc.Status;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.NackRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The streams that are open, and the last refusal of each proxy seen, which outlives its stream. */
public final class ConnectionRegistry {

    /** A reconnect may overlap with a stream that is not yet known to be dead; more than this is a loop. */
    static final int MOST_PER_PROXY = 4;

    private static final int MOST_REFUSALS = 4_096;

    private final int mostConnections;
    private final Map<Long, ProxyConnection> open = new TreeMap<>();
    private final Map<WorkloadKey, NackRecord> refusals = new LinkedHashMap<>();

    /** @param mostConnections streams over this number are turned down */
    public ConnectionRegistry(int mostConnections) {
        this.mostConnections = mostConnections;
    }

    /** The status of every open stream, by workload, then in the order they were opened. */
    public List<ProxyStatus> statuses() {
        List<ProxyStatus> statuses = new ArrayList<>();
        for (ProxyConnection connection : connections()) {
            statuses.add(connection.status(lastRefusal(connection.stream().proxy())));
        }
        statuses.sort(Comparator.comparing(status -> status.identity().workloadKey()));
        return statuses;
    }

    /** Ends a workload's streams, as when it is deleted. */
    public void close(WorkloadKey proxy, Status status) {
        end(connection -> connection.stream().proxy().equals(proxy), status);
    }

    /** Ends the streams of the chosen proxies as ones who have lost their right to be served. */
    public void expel(Predicate<ProxyIdentity> chosen, String reason) {
        end(
                connection -> chosen.test(connection.credential().identity()),
                Status.PERMISSION_DENIED.withDescription(reason));
    }

    /** Ends the chosen streams so that their proxies come back at once and are offered what they refused once more. */
    public void restart(Predicate<ProxyStatus> chosen, String reason) {
        closeIf(chosen, Status.UNAVAILABLE.withDescription(reason));
    }

    /**
     * Ends the streams that are open, evenly over a time, so that their proxies come back one after another. Those which
     * end by themselves meanwhile are not waited for.
     */
    public void drain(Duration over) throws InterruptedException {
        List<ProxyConnection> all = connections();
        CountDownLatch never = new CountDownLatch(1);
        for (ProxyConnection connection : all) {
            connection.stream().end(Status.UNAVAILABLE.withDescription("this replica is ending"));
            if (never.await(over.dividedBy(all.size()).toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        }
    }

    /** Ends the streams that the predicate chooses. */
    public void closeIf(Predicate<ProxyStatus> chosen, Status status) {
        end(
                connection -> chosen.test(
                        connection.status(lastRefusal(connection.stream().proxy()))),
                status);
    }

    private void end(Predicate<ProxyConnection> chosen, Status status) {
        for (ProxyConnection connection : connections()) {
            if (chosen.test(connection)) {
                connection.stream().end(status);
            }
        }
    }

    synchronized boolean isFull() {
        return open.size() >= mostConnections;
    }

    /** Adds a stream; of too many streams of one proxy the oldest ends. */
    void add(ProxyConnection connection) {
        List<ProxyConnection> ofProxy = new ArrayList<>();
        synchronized (this) {
            open.put(connection.id(), connection);
            for (ProxyConnection other : open.values()) {
                if (other.stream().proxy().equals(connection.stream().proxy())) {
                    ofProxy.add(other);
                }
            }
        }
        if (ofProxy.size() > MOST_PER_PROXY) {
            ofProxy.getFirst().stream().end(Status.ABORTED.withDescription("the proxy opened a newer stream"));
        }
    }

    synchronized void remove(ProxyConnection connection) {
        open.remove(connection.id());
    }

    synchronized void nacked(WorkloadKey proxy, NackRecord record) {
        refusals.remove(proxy);
        refusals.put(proxy, record);
        if (refusals.size() > MOST_REFUSALS) {
            refusals.remove(refusals.keySet().iterator().next());
        }
    }

    private synchronized @Nullable NackRecord lastRefusal(WorkloadKey proxy) {
        return refusals.get(proxy);
    }

    private synchronized List<ProxyConnection> connections() {
        return List.copyOf(open.values());
    }
}
