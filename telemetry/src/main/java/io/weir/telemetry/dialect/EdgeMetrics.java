package io.weir.telemetry.dialect;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Traffic;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;

/** Edges as Prometheus scrapes them. */
public final class EdgeMetrics {

    /** Of the text. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private EdgeMetrics() {}

    /** Writes the text of all dialects asked for, in UTF-8, with zeros for what is expected. */
    public static void write(OutputStream out, Set<Dialect> dialects, Scrape scrape) throws IOException {
        Inventory inventory = scrape.inventory();
        Lookup lookup = new Lookup(inventory, scrape.names());
        Map<Edge, Traffic> expected = Expected.with(scrape.totals(), inventory, lookup);
        OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        // One dialect after the other, so that the next needs no more memory than the last did.
        for (Dialect dialect : dialects) {
            MetricTable table = new MetricTable();
            Vocabulary vocabulary = dialect.vocabulary();
            expected.forEach((edge, traffic) -> vocabulary.tell(edge, traffic, lookup, table));
            scrape.silent().forEach(pod -> vocabulary.silent(lookup.party(pod), table));
            vocabulary.covered(scrape.coverage(), table);
            table.write(buffered);
        }
        buffered.flush();
    }
}
