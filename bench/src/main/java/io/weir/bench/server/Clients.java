package io.weir.bench.server;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Extension;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.weir.bench.client.Target;
import io.weir.bench.client.Who;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.xds.translate.Names;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients of both servers have in common. */
final class Clients {

    private static final String STATS_LOGGER = "envoy.extensions.access_loggers.stats.v3.Config";

    private Clients() {}

    /** @param roots a file of certificates */
    static Target target(InetSocketAddress address, Path roots, Target.Nodes nodes) throws IOException {
        return new Target(
                address,
                GrpcSslContexts.forClient().trustManager(roots.toFile()).build(),
                new TrustDomain(MeshSettings.defaults().trustDomain()).xdsServerName(),
                List.of(Names.IDENTITY, Names.TRUST),
                nodes);
    }

    /** As Envoy 1.40 tells it, of its extensions the one that matters. */
    static Who who(String proxy, @Nullable String token) {
        SemanticVersion.Builder version =
                SemanticVersion.newBuilder().setMajorNumber(1).setMinorNumber(40);
        return new Who(
                Node.newBuilder()
                        .setId(proxy)
                        .setCluster("bench")
                        .setUserAgentName("envoy")
                        .setUserAgentBuildVersion(BuildVersion.newBuilder().setVersion(version))
                        .setMetadata(Struct.newBuilder()
                                .putFields(
                                        Sidecar.TELEMETRY_METADATA,
                                        Value.newBuilder().setBoolValue(true).build()))
                        .addExtensions(Extension.newBuilder().addTypeUrls(STATS_LOGGER))
                        .build(),
                token);
    }
}
