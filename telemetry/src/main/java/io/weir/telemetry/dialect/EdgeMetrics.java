package io.weir.telemetry.dialect;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Edges as Prometheus scrapes them. */
public final class EdgeMetrics {

    /** Of the text. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private EdgeMetrics() {}

    /**
     * The text of all dialects asked for, with zeros for what is expected.
     *
     * @param totals that only grow
     */
    public static String text(Set<Dialect> dialects, Map<Edge, Traffic> totals, Inventory inventory, MeshNames names) {
        Lookup lookup = new Lookup(inventory, names);
        MetricTable table = new MetricTable();
        Expected.with(totals, inventory, lookup)
                .forEach((edge, traffic) ->
                        dialects.forEach(dialect -> dialect.vocabulary().tell(edge, traffic, lookup, table)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(bytes, table.snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
