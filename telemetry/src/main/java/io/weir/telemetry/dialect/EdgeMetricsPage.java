package io.weir.telemetry.dialect;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a scrape of {@code GET /metrics/edges} is answered. */
public final class EdgeMetricsPage {

    private final Readings readings;
    private final Supplier<Inventory> inventory;
    private final MeshNames names;

    public EdgeMetricsPage(Readings readings, Supplier<Inventory> inventory, MeshNames names) {
        this.readings = readings;
        this.inventory = inventory;
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
            return AdminAnswer.streamed(
                    EdgeMetrics.CONTENT_TYPE,
                    out -> EdgeMetrics.write(out, asked, readings.totals(), inventory.get(), names));
        } catch (IllegalDialectException e) {
            return AdminAnswer.text(400, e.getMessage());
        }
    }
}
