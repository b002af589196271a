package io.weir.controlplane.xds.translate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.List;

/** What load assignments are made of. */
final class Endpoints {

    private static final Metadata HAS_SIDECAR = Metadata.newBuilder()
            .putFilterMetadata(
                    "envoy.transport_socket_match",
                    Struct.newBuilder()
                            .putFields(
                                    Names.MTLS,
                                    Value.newBuilder().setStringValue("true").build())
                            .build())
            .build();

    private Endpoints() {}

    static LbEndpoint plain(Address address) {
        return LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(address))
                .build();
    }

    static LbEndpoint meshed(Address address) {
        return plain(address).toBuilder().setMetadata(HAS_SIDECAR).build();
    }

    static LbEndpoint weighing(Address address, long weight) {
        return plain(address).toBuilder()
                .setLoadBalancingWeight(Protos.uint32(weight))
                .build();
    }

    static LocalityLbEndpoints locality(LbEndpoint endpoint) {
        return locality(List.of(endpoint));
    }

    static LocalityLbEndpoints locality(List<LbEndpoint> endpoints) {
        return LocalityLbEndpoints.newBuilder().addAllLbEndpoints(endpoints).build();
    }
}
