package io.weir.cli.stat;

import io.weir.smi.wellknown.EdgeStats;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.report.EdgeReport;
import io.weir.telemetry.report.EdgeReport.Backend;
import io.weir.telemetry.report.EdgeReport.End;
import io.weir.telemetry.report.EdgeReport.Flow;
import io.weir.telemetry.report.EdgeReport.Owner;
import io.weir.telemetry.report.EdgeReport.Pod;
import io.weir.telemetry.report.EdgeReport.Sidecar;
import io.weir.telemetry.report.EdgeReport.Split;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A report by hand: bookbuyer and bookthief call two versions of a bookstore, whose versions call an inventory by TCP. */
public final class Bookstore {

    private static final int FAST = 1;
    private static final int SLOW = 14;

    private static final End BUYER = end("customers", "bookbuyer");
    private static final End THIEF = end("customers", "bookthief");
    private static final End V1 = end("shop", "bookstore-v1");
    private static final End V2 = end("shop", "bookstore-v2");
    private static final End INVENTORY = end("shop", "inventory");
    private static final End GONE =
            new End("shop", "Deployment", "bookstore-v1", "bookstore-v1-1", "bookstore-v1", "", V1.owners());
    private static final End NOBODY = new End("", "", "", "", "", "", List.of());

    /** Of 30 s: v2 is half as slow again, and fails; a pod of v1 has gone; requests of one that tells nothing are told by their destination. */
    public static final EdgeReport REPORT = new EdgeReport(
            30,
            Instant.parse("2026-01-01T11:59:30Z"),
            Instant.parse("2026-01-01T12:00:00Z"),
            List.of(
                    new Pod(BUYER, List.of(), Sidecar.COUNTS),
                    new Pod(THIEF, List.of("customers/thief"), Sidecar.UNAVAILABLE),
                    new Pod(V1, List.of("shop/bookstore", "shop/bookstore-v1"), Sidecar.COUNTS),
                    new Pod(V2, List.of("shop/bookstore", "shop/bookstore-v2"), Sidecar.COUNTS),
                    new Pod(INVENTORY, List.of("shop/inventory"), Sidecar.NONE)),
            List.of(new Split(
                    "shop",
                    "canary",
                    "bookstore",
                    List.of(new Backend("bookstore-v1", 90), new Backend("bookstore-v2", 10)))),
            List.of(
                    http(Reporter.SOURCE, BUYER, V1, "shop/bookstore", "shop/bookstore-v1", 600, 600, FAST),
                    http(Reporter.DESTINATION, BUYER, V1, null, null, 600, 600, FAST),
                    http(Reporter.SOURCE, BUYER, GONE, "shop/bookstore", "shop/bookstore-v1", 300, 300, FAST),
                    http(Reporter.DESTINATION, BUYER, GONE, null, null, 300, 300, FAST),
                    http(Reporter.SOURCE, BUYER, V2, "shop/bookstore", "shop/bookstore-v2", 100, 91, SLOW),
                    http(Reporter.DESTINATION, BUYER, V2, null, null, 98, 91, SLOW),
                    http(Reporter.SOURCE, BUYER, NOBODY, "shop/bookstore", null, 3, 0, FAST),
                    denied(THIEF, V1, 60),
                    tcp(V1, INVENTORY, 150),
                    tcp(V2, INVENTORY, 30),
                    http(Reporter.DESTINATION, NOBODY, V1, null, null, 1, 1, FAST)));

    private Bookstore() {}

    private static End end(String namespace, String workload) {
        return new End(
                namespace,
                "Deployment",
                workload,
                workload + "-0",
                workload,
                "",
                List.of(new Owner("Deployment", workload)));
    }

    private static Flow http(
            Reporter reporter,
            End source,
            End destination,
            @Nullable String service,
            @Nullable String backend,
            long requests,
            long successes,
            int bucket) {
        boolean known = !source.equals(NOBODY) && !destination.equals(NOBODY);
        return flow(reporter, source, destination, service, backend, known, requests, successes, 0, bucket, 0);
    }

    private static Flow denied(End source, End destination, long requests) {
        return flow(Reporter.DESTINATION, source, destination, null, null, true, requests, requests, requests, FAST, 0);
    }

    private static Flow tcp(End source, End destination, long connections) {
        String service = destination.namespace() + "/" + destination.workload();
        return flow(Reporter.SOURCE, source, destination, service, service, false, 0, 0, 0, FAST, connections);
    }

    private static Flow flow(
            Reporter reporter,
            End source,
            End destination,
            @Nullable String service,
            @Nullable String backend,
            boolean mtls,
            long requests,
            long successes,
            long denied,
            int bucket,
            long connections) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(EdgeStats.LATENCY_BUCKETS_MS.size() + 1, 0L));
        counts.set(bucket, requests);
        boolean split = "shop/bookstore".equals(service);
        return new Flow(
                reporter,
                source,
                destination,
                service,
                backend,
                split ? "shop/canary" : null,
                !split || backend == null ? null : backend.endsWith("v1") ? Integer.valueOf(90) : Integer.valueOf(10),
                connections > 0 ? Protocol.TCP : Protocol.HTTP,
                mtls,
                requests,
                successes,
                denied,
                // Of each edge alone; sums are made of the counts.
                0,
                0,
                0,
                0,
                counts,
                0,
                connections,
                connections * 100,
                connections * 900);
    }
}
