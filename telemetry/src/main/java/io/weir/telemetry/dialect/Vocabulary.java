package io.weir.telemetry.dialect;

import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Traffic;

/** How one mesh tells of an edge. */
interface Vocabulary {

    /** Adds what this mesh would have counted; nothing where it would not have. */
    void tell(Edge edge, Traffic traffic, Lookup lookup, MetricTable table);
}
