package io.weir.telemetry.dialect;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a scrape of {@code GET /metrics/edges} is answered. */
public final class EdgeMetricsPage {

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
     * @param dialects of the query, with commas; null for our own. 400 says which there are
     */
    public AdminAnswer answer(@Nullable String dialects) {
        try {
            Set<Dialect> asked = Dialect.parse(dialects == null ? Dialect.WEIR.toString() : dialects);
            return AdminAnswer.streamed(EdgeMetrics.CONTENT_TYPE, out -> EdgeMetrics.write(out, asked, scrape()));
        } catch (IllegalDialectException e) {
            return AdminAnswer.text(400, e.getMessage());
        }
    }

    private Scrape scrape() {
        // Before the totals, so that no totals are without what it says they have.
        Coverage covered = coverage.get();
        return new Scrape(readings.totals(), silent.get(), inventory.get(), names, covered);
    }
}
