package io.weir.controlplane.xds.resource;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;

/** The answer for endpoints that do not exist. Without one Envoy keeps the cluster warming until a timeout. */
public final class NoEndpoints {

    private NoEndpoints() {}

    public static XdsResource of(String cluster) {
        return XdsResource.of(
                XdsType.ENDPOINT,
                cluster,
                ClusterLoadAssignment.newBuilder().setClusterName(cluster).build());
    }
}
