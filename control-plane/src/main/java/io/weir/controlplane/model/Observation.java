package io.weir.controlplane.model;

import org.jspecify.annotations.Nullable;

/**
 * What a sidecar tells of the traffic that it carries. Proxies that share resources share them with all that tell the same.
 *
 * @param edges what it counts for Weir's own telemetry
 * @param export what it sends to a collector; null: nothing
 */
public record Observation(Telemetry edges, @Nullable Export export) {

    /** Nothing at all. */
    public static final Observation NONE = new Observation(Telemetry.UNAVAILABLE, null);

    /**
     * Traces and access logs for a collector. Metrics are not among them: the bootstrap alone says where they go.
     *
     * @param service as what the workload shows; empty: Envoy's environment says it
     */
    public record Export(OpenTelemetry collector, TraceSampling sampling, String service) {

        /** Whether it takes part in traces. */
        public boolean traces() {
            return collector.sends(OpenTelemetry.Signal.TRACES) && sampling.perMillion() > 0;
        }

        /** Whether each request and connection is logged. */
        public boolean accessLogs() {
            return collector.sends(OpenTelemetry.Signal.ACCESS_LOGS);
        }
    }

    /** What the sidecar of a workload tells, in a mesh with these settings, if its Envoy can count {@code edges}. */
    public static Observation of(Telemetry edges, Workload workload, MeshSettings settings) {
        OpenTelemetry collector = settings.openTelemetry();
        if (collector == null) {
            return new Observation(edges, null);
        }
        // What redirected sidecars do on the way out is the same for all of them, so it can't hold the name of one.
        boolean shared = workload.binds() instanceof Binds.Redirected;
        Export export = new Export(
                collector,
                collector.sends(OpenTelemetry.Signal.TRACES) ? workload.spans().sampling() : TraceSampling.NONE,
                shared ? "" : workload.spans().service());
        return new Observation(edges, export.traces() || export.accessLogs() ? export : null);
    }
}
