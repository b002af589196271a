package io.weir.telemetry.denial;

import io.weir.telemetry.report.EdgeReport.End;
import java.time.Instant;
import java.util.List;

/**
 * What {@code GET /v1/denials} answers.
 *
 * @param dropped how many this program could not keep up with since its start: sidecars told of too many at once
 * @param denials oldest first
 */
public record DenialReport(long dropped, List<Entry> denials) {

    public DenialReport {
        denials = List.copyOf(denials);
    }

    /** What came of it. */
    public enum Result {
        /** It was refused. */
        DENIED,
        /** It passed, since nothing is enforced there. */
        WOULD_BE_DENIED
    }

    /**
     * A request or connection. What is unknown is empty, or 0 for a port.
     *
     * @param id of this entry alone, in all programs and after a restart
     * @param audited TrafficTargets under audit would have let it in
     * @param proven whether the source proved who it is; else only its address tells
     * @param service the Service by which it may have come, {@code shop/web}
     * @param servicePort the Service's port
     * @param reason by the policy of now, in a sentence
     */
    public record Entry(
            String id,
            Instant time,
            Result result,
            boolean audited,
            End source,
            boolean proven,
            End destination,
            int port,
            String service,
            int servicePort,
            String protocol,
            String method,
            String authority,
            String path,
            String reason) {}
}
