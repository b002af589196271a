package io.weir.controlplane.model;

/**
 * How a workload shows in traces.
 *
 * @param service its name there: that of the Deployment, or whatever else owns it
 * @param sampling what its namespace, or the mesh, says
 */
public record SpanSource(String service, TraceSampling sampling) {

    /** Of a mesh without traces. */
    public static final SpanSource NONE = new SpanSource("", TraceSampling.NONE);
}
