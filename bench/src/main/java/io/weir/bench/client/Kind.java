package io.weir.bench.client;

import org.jspecify.annotations.Nullable;

/** The types of resources that a sidecar asks for. */
public enum Kind {
    CLUSTER("type.googleapis.com/envoy.config.cluster.v3.Cluster"),
    ENDPOINT("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"),
    SECRET("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"),
    LISTENER("type.googleapis.com/envoy.config.listener.v3.Listener"),
    ROUTE("type.googleapis.com/envoy.config.route.v3.RouteConfiguration");

    private final String typeUrl;

    Kind(String typeUrl) {
        this.typeUrl = typeUrl;
    }

    String typeUrl() {
        return typeUrl;
    }

    /** Those of which a client wants all there are; of the others it names what it wants. */
    boolean isWildcard() {
        return this == CLUSTER || this == LISTENER;
    }

    static @Nullable Kind of(String typeUrl) {
        for (Kind kind : values()) {
            if (kind.typeUrl.equals(typeUrl)) {
                return kind;
            }
        }
        return null;
    }
}
