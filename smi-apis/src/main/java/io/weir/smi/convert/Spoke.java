package io.weir.smi.convert;

import tools.jackson.databind.node.ObjectNode;

/** The way of one kind to its hub version and back; both change the object in place. */
sealed interface Spoke permits TrafficTargets, HttpRouteGroups, TcpRoutes, TrafficSplits {

    void toHub(ObjectNode object, String from);

    void fromHub(ObjectNode object, String to);
}
