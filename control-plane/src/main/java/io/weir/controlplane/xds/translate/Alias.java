package io.weir.controlplane.xds.translate;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.xds.resource.XdsType;

/**
 * A service port once more, under a name that holds the address which is called. By it a sidecar asks for what is beyond its scope: it knows
 * nothing else of it.
 */
sealed interface Alias extends Recipe {

    /** How an access log writes the service port that an alias stands for. */
    String SERVICE_FORMAT = "%CLUSTER_METADATA(" + Names.ALIAS + ":" + Names.ALIAS_SERVICE + ")%";

    /** How it writes the name of the cluster that an alias stands for. */
    String CLUSTER_FORMAT = "%CLUSTER_METADATA(" + Names.ALIAS + ":" + Names.ALIAS_CLUSTER + ")%";

    /** Of the service port. */
    ServicePortKey key();

    /** One of the Service's virtual addresses. */
    String address();

    @Override
    default String name() {
        return Names.beyond(Addresses.withPort(address(), key().port()));
    }

    /** With endpoints of its own name: Envoy warms no cluster with endpoints that another one has asked for before. */
    record OfCluster(String address, OutboundCluster cluster) implements Alias {

        @Override
        public ServicePortKey key() {
            return cluster.key();
        }

        @Override
        public XdsType type() {
            return XdsType.CLUSTER;
        }

        @Override
        public Message build() {
            Struct.Builder service = Struct.newBuilder()
                    .putFields(Names.ALIAS_SERVICE, text(key().toString()))
                    .putFields(Names.ALIAS_CLUSTER, text(cluster.name()));
            Cluster named = cluster.build();
            return named.toBuilder()
                    .setName(name())
                    .setMetadata(Metadata.newBuilder().putFilterMetadata(Names.ALIAS, service.build()))
                    .build();
        }

        private static Value text(String text) {
            return Value.newBuilder().setStringValue(text).build();
        }
    }

    /** Its endpoints. */
    record OfEndpoints(String address, StreamEndpoints endpoints) implements Alias {

        @Override
        public ServicePortKey key() {
            return endpoints.key();
        }

        @Override
        public XdsType type() {
            return XdsType.ENDPOINT;
        }

        @Override
        public Message build() {
            ClusterLoadAssignment assignment = endpoints.build();
            return assignment.toBuilder().setClusterName(name()).build();
        }
    }
}
