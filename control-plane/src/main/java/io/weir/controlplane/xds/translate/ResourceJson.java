package io.weir.controlplane.xds.translate;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.List;

/** Resources as JSON for people, with everything inside them written out and private keys left out. */
public final class ResourceJson {

    /** Every type that a resource of Weir's, or an {@link Any} inside it, may have. */
    static final List<Descriptor> TYPES = List.of(
            Cluster.getDescriptor(),
            ClusterLoadAssignment.getDescriptor(),
            Listener.getDescriptor(),
            RouteConfiguration.getDescriptor(),
            Secret.getDescriptor(),
            com.github.xds.type.matcher.v3.IPMatcher.getDescriptor(),
            com.github.xds.type.v3.TypedStruct.getDescriptor(),
            io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig.getDescriptor(),
            io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig.getDescriptor(),
            io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig
                    .getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.http.on_demand.v3.OnDemand.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.http.router.v3.Router.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                    .getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.udp.udp_proxy.v3.Route.getDescriptor(),
            io.envoyproxy.envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig.getDescriptor(),
            io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation.getDescriptor(),
            io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourceIPInput.getDescriptor(),
            io.envoyproxy.envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig.getDescriptor(),
            io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate.getDescriptor(),
            io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer.getDescriptor(),
            io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext.getDescriptor(),
            io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext.getDescriptor(),
            io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.getDescriptor());

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer()
            .usingTypeRegistry(TypeRegistry.newBuilder().add(TYPES).build())
            .preservingProtoFieldNames();

    private static final String REDACTED = "[redacted]";

    private ResourceJson() {}

    /** The body of an {@code XdsResource}, field names as in Envoy's documentation. */
    public static String print(Any body) {
        try {
            if (!body.is(Secret.class)) {
                return PRINTER.print(body);
            }
            return PRINTER.print(Any.pack(redacted(body.unpack(Secret.class))));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource of a type that Weir does not make", e);
        }
    }

    private static Secret redacted(Secret secret) {
        Secret.Builder copy = secret.toBuilder();
        if (copy.hasTlsCertificate()) {
            copy.getTlsCertificateBuilder().getPrivateKeyBuilder().setInlineString(REDACTED);
        }
        return copy.build();
    }
}
