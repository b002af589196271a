package io.weir.smi;

import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.specs.v1alpha4.HTTPRouteGroup;
import io.weir.smi.specs.v1alpha4.TCPRoute;
import io.weir.smi.specs.v1alpha4.UDPRoute;
import io.weir.smi.split.v1alpha4.TrafficSplit;

/** An SMI object in its hub version, well formed. */
public sealed interface SmiObject permits TrafficTarget, HTTPRouteGroup, TCPRoute, UDPRoute, TrafficSplit {

    ObjectMeta metadata();

    SmiKind kind();
}
