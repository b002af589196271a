package io.weir.telemetry.dialect;

import io.weir.telemetry.model.Coverage;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Traffic;

/** How one mesh tells of an edge. */
interface Vocabulary {

    /** Adds what this mesh would have counted; nothing where it would not have. */
    void tell(Edge edge, Traffic traffic, Lookup lookup, MetricTable table);

    /** Adds of which time the totals tell all; nothing where the mesh has no word for it. */
    default void covered(Coverage coverage, MetricTable table) {}

    /** Adds that the sidecar of a pod does not report; nothing where the mesh has no word for it. */
    default void silent(Party pod, MetricTable table) {}
}
