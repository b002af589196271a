package io.weir.telemetry.dialect;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape of {@code GET /metrics/edges} is answered. Whoever reaches the port may ask, and an answer is all edges of the mesh
 * in memory: no more than a few are made at once.
 */
public final class EdgeMetricsPage {

    /** Enough for two Prometheuses with the same targets. */
    static final int MOST_AT_ONCE = 2;

    private static final AdminAnswer BUSY = new AdminAnswer(
            503,
            "text/plain; charset=utf-8",
            Sorted.map(Map.of("Retry-After", "5")),
            MOST_AT_ONCE + " others are being told; come again\n");

    private final Semaphore turns = new Semaphore(MOST_AT_ONCE);
    private final Readings readings;
    private final Supplier<Inventory> inventory;
    private final Supplier<? extends Set<WorkloadKey>> silent;
    private final Supplier<Coverage> coverage;
    private final MeshNames names;

    /**
     * @param silent pods whose sidecars should report and do not
     * @param coverage of which time the totals tell all that are asked for next
     */
    public EdgeMetricsPage(
            Readings readings,
            Supplier<Inventory> inventory,
            Supplier<? extends Set<WorkloadKey>> silent,
            Supplier<Coverage> coverage,
            MeshNames names) {
        this.readings = readings;
        this.inventory = inventory;
        this.silent = silent;
        this.coverage = coverage;
        this.names = names;
    }

    /**
     * Everything as it is now.
     *
     * @param dialects of the query, with commas; null for our own. 400 says which there are; 503 if too many ask at once
     */
    public AdminAnswer answer(@Nullable String dialects) {
        try {
            Set<Dialect> asked = Dialect.parse(dialects == null ? Dialect.WEIR.toString() : dialects);
            return turns.tryAcquire() ? AdminAnswer.streamed(EdgeMetrics.CONTENT_TYPE, new Page(asked)) : BUSY;
        } catch (IllegalDialectException e) {
            return AdminAnswer.text(400, e.getMessage());
        }
    }

    /** One answer, whose turn ends with it. */
    private final class Page implements AdminAnswer.Streamed {

        private final Set<Dialect> asked;
        private final AtomicBoolean over = new AtomicBoolean();

        Page(Set<Dialect> asked) {
            this.asked = asked;
        }

        @Override
        public void write(OutputStream out) throws IOException {
            try {
                EdgeMetrics.write(out, asked, scrape());
            } finally {
                close();
            }
        }

        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                turns.release();
            }
        }
    }

    private Scrape scrape() {
        // Before the totals, so that no totals are without what it says they have.
        Coverage covered = coverage.get();
        return new Scrape(readings.totals(), silent.get(), inventory.get(), names, covered);
    }
}
