package io.weir.controlplane.xds.server;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A response of either protocol. */
record Answer(XdsType type, String nonce, String version, SortedMap<String, Any> resources, List<String> removed) {

    static Answer of(DeltaDiscoveryResponse response) {
        TreeMap<String, Any> resources = new TreeMap<>();
        for (Resource resource : response.getResourcesList()) {
            resources.put(resource.getName(), resource.getResource());
        }
        return new Answer(
                type(response.getTypeUrl()),
                response.getNonce(),
                response.getSystemVersionInfo(),
                resources,
                response.getRemovedResourcesList());
    }

    static Answer of(DiscoveryResponse response) {
        TreeMap<String, Any> resources = new TreeMap<>();
        for (Any resource : response.getResourcesList()) {
            resources.put(name(resource), resource);
        }
        return new Answer(
                type(response.getTypeUrl()), response.getNonce(), response.getVersionInfo(), resources, List.of());
    }

    List<String> names() {
        return List.copyOf(resources.keySet());
    }

    ClusterLoadAssignment endpoints(String name) {
        try {
            return resources.get(name).unpack(ClusterLoadAssignment.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static XdsType type(String url) {
        return Arrays.stream(XdsType.values())
                .filter(type -> type.typeUrl().equals(url))
                .findFirst()
                .orElseThrow();
    }

    private static String name(Any any) {
        try {
            return switch (type(any.getTypeUrl())) {
                case CLUSTER -> any.unpack(Cluster.class).getName();
                case ENDPOINT -> any.unpack(ClusterLoadAssignment.class).getClusterName();
                case LISTENER -> any.unpack(Listener.class).getName();
                case ROUTE -> any.unpack(RouteConfiguration.class).getName();
                case SECRET -> any.unpack(Secret.class).getName();
            };
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
