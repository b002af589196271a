package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;

/** The ready endpoints of a service port over TCP. */
record StreamEndpoints(ServicePortKey key, List<Endpoint> endpoints) implements Recipe {

    StreamEndpoints {
        endpoints = List.copyOf(endpoints);
    }

    @Override
    public XdsType type() {
        return XdsType.ENDPOINT;
    }

    @Override
    public String name() {
        return Names.outbound(key);
    }

    @Override
    public ClusterLoadAssignment build() {
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(name());
        if (!endpoints.isEmpty()) {
            assignment.addEndpoints(Endpoints.locality(
                    endpoints.stream().map(StreamEndpoints::endpoint).toList()));
        }
        return assignment.build();
    }

    private static LbEndpoint endpoint(Endpoint endpoint) {
        Address address = Protos.tcp(endpoint.address(), endpoint.port());
        return endpoint.mtls() ? Endpoints.meshed(address) : Endpoints.plain(address);
    }
}
