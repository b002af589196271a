package io.weir.controlplane.xds.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.weir.smi.validate.Regexes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a proxy would discover, written into a bootstrap, so that an Envoy judges all of it without a control plane. */
public final class StaticBootstrap {

    private final Map<String, RouteConfiguration> routes;
    private final Map<String, ClusterLoadAssignment> endpoints;

    private StaticBootstrap(Translated translated) {
        routes = translated.routes().stream()
                .collect(Collectors.toMap(RouteConfiguration::getName, Function.identity()));
        endpoints = translated.endpoints().stream()
                .collect(Collectors.toMap(ClusterLoadAssignment::getClusterName, Function.identity()));
    }

    /** RDS, EDS and SDS replaced by what they would bring. */
    public static Bootstrap of(Translated translated, Secret identity, Secret trust) {
        StaticBootstrap inliner = new StaticBootstrap(translated);
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        bootstrap.getNodeBuilder().setId("test").setCluster("test");
        // Envoy's own limit is 100 instructions; Weir's is what smi-apis accepts.
        bootstrap
                .getLayeredRuntimeBuilder()
                .addLayersBuilder()
                .setName("regexes")
                .getStaticLayerBuilder()
                .putFields(
                        "re2.max_program_size.error_level",
                        Value.newBuilder()
                                .setNumberValue(Regexes.MAX_PROGRAM_SIZE)
                                .build());
        bootstrap.getStaticResourcesBuilder().addSecrets(identity).addSecrets(trust);
        for (Message listener : translated.listeners()) {
            bootstrap.getStaticResourcesBuilder().addListeners((io.envoyproxy.envoy.config.listener.v3.Listener)
                    inliner.inline(listener));
        }
        for (String sink : List.of(Names.CONTROL_PLANE, Names.TELEMETRY)) {
            bootstrap.getStaticResourcesBuilder().addClusters(sink(sink));
        }
        for (Cluster cluster : translated.clusters()) {
            bootstrap.getStaticResourcesBuilder().addClusters(inliner.cluster((Cluster) inliner.inline(cluster)));
        }
        return bootstrap.build();
    }

    /** What a bootstrap has for reports; an access logger may only name a cluster that it has. */
    private static Cluster.Builder sink(String name) {
        return Cluster.newBuilder()
                .setName(name)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(ClusterLoadAssignment.newBuilder().setClusterName(name));
    }

    /** As Envoy reads it from a {@code .json} file. */
    public static String json(Bootstrap bootstrap) {
        try {
            return JsonFormat.printer()
                    .usingTypeRegistry(
                            TypeRegistry.newBuilder().add(ResourceJson.TYPES).build())
                    .print(bootstrap);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private Cluster cluster(Cluster cluster) {
        if (cluster.getType() != Cluster.DiscoveryType.EDS) {
            return cluster;
        }
        return cluster.toBuilder()
                .clearEdsClusterConfig()
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(endpoints.get(cluster.getName()))
                .build();
    }

    /** Descends into every message, Anys included. */
    private Message inline(Message message) {
        return switch (message) {
            case Any any -> repack(any);
            case HttpConnectionManager http ->
                inlineFields(
                        http.hasRds()
                                ? http.toBuilder()
                                        .setRouteConfig(routes.get(http.getRds().getRouteConfigName()))
                                        .build()
                                : http);
            case SdsSecretConfig secret -> secret.toBuilder().clearSdsConfig().build();
            case ConfigSource source -> source;
            default -> inlineFields(message);
        };
    }

    private Message inlineFields(Message message) {
        Message.Builder copy = message.toBuilder();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            if (field.getKey().getJavaType() != FieldDescriptor.JavaType.MESSAGE
                    || field.getKey().isMapField()) {
                continue;
            }
            if (field.getKey().isRepeated()) {
                List<?> values = (List<?>) field.getValue();
                for (int i = 0; i < values.size(); i++) {
                    copy.setRepeatedField(field.getKey(), i, inline((Message) values.get(i)));
                }
            } else {
                copy.setField(field.getKey(), inline((Message) field.getValue()));
            }
        }
        return copy.build();
    }

    private Any repack(Any any) {
        try {
            if (any.is(HttpConnectionManager.class)) {
                return Any.pack(inline(any.unpack(HttpConnectionManager.class)));
            }
            if (any.is(DownstreamTlsContext.class)) {
                return Any.pack(inline(any.unpack(DownstreamTlsContext.class)));
            }
            return any.is(UpstreamTlsContext.class) ? Any.pack(inline(any.unpack(UpstreamTlsContext.class))) : any;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
