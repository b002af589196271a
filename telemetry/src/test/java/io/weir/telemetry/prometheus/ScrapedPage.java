package io.weir.telemetry.prometheus;

import io.weir.controlplane.admin.AdminServer;
import io.weir.telemetry.dialect.EdgeMetricsPage;
import io.weir.telemetry.dialect.MeshNames;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What an aggregator shows to Prometheus, as a test sets it; every sidecar tells at every scrape. */
final class ScrapedPage implements Readings, AutoCloseable {

    private final AdminServer server;
    private Map<Edge, Traffic> totals = Map.of();
    private String id = UUID.randomUUID().toString();
    private Instant started = Instant.now();
    private boolean late;

    ScrapedPage() throws IOException {
        EdgeMetricsPage page = new EdgeMetricsPage(
                this, () -> Inventory.EMPTY, Set::of, this::coverage, new MeshNames("cluster.local", "cluster.local"));
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.anybody(),
                Map.of(
                        "GET /metrics/edges",
                        request -> page.answer(request.query().get("dialect"))));
    }

    String target() {
        return "\"127.0.0.1:" + server.port() + "\"";
    }

    /** So much more than before. */
    synchronized void more(Map<Edge, Traffic> traffic) {
        Map<Edge, Traffic> sums = new HashMap<>(totals);
        traffic.forEach((edge, its) -> sums.merge(edge, its, Traffic::plus));
        totals = sums;
    }

    /** Tells no more of an edge. */
    synchronized void forget(Edge edge) {
        Map<Edge, Traffic> rest = new HashMap<>(totals);
        rest.remove(edge);
        totals = rest;
    }

    /** Another process has its place, and begins at zero. */
    synchronized void restart() {
        totals = Map.of();
        id = UUID.randomUUID().toString();
        started = Instant.now();
    }

    /** Says from now on that it is another. */
    synchronized void poseAs(ScrapedPage another) {
        id = another.id;
        started = another.started;
    }

    /** Says from now on that a sidecar is late. */
    synchronized void miss() {
        late = true;
    }

    private synchronized Coverage coverage() {
        Instant now = Instant.now();
        return new Coverage(id, now, started, late ? null : now, now, null, 0);
    }

    @Override
    public synchronized Map<Edge, Traffic> totals() {
        return totals;
    }

    @Override
    public Answer window(Duration window) {
        return new Answer.Incomplete("only totals are scraped", window);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
