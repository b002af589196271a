package io.weir.bench.server;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Extension;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
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

/** What clients of several servers have in common. */
final class Clients {

    private static final String STATS_LOGGER = "envoy.extensions.access_loggers.stats.v3.Config";

    private Clients() {}

    /** @param roots a file of certificates; null: plaintext */
    static Target target(InetSocketAddress address, @Nullable Path roots, Target.Nodes nodes) throws IOException {
        return new Target(
                address,
                new Credentials(roots, null, null, null).tls(),
                new TrustDomain(MeshSettings.defaults().trustDomain()).xdsServerName(),
                List.of(Names.IDENTITY, Names.TRUST),
                nodes);
    }

    /** As Envoy 1.40 tells it, of its extensions the one that matters. */
    static Who who(String proxy, @Nullable String token) {
        Struct.Builder metadata = Struct.newBuilder()
                .putFields(
                        Sidecar.TELEMETRY_METADATA,
                        Value.newBuilder().setBoolValue(true).build());
        return new Who(
                envoy().setId(proxy)
                        .setCluster("bench")
                        .setMetadata(metadata)
                        .addExtensions(Extension.newBuilder().addTypeUrls(STATS_LOGGER))
                        .build(),
                token);
    }

    /** What says that it is Envoy 1.40. */
    static Node.Builder envoy() {
        SemanticVersion.Builder version =
                SemanticVersion.newBuilder().setMajorNumber(1).setMinorNumber(40);
        return Node.newBuilder()
                .setUserAgentName("envoy")
                .setUserAgentBuildVersion(BuildVersion.newBuilder().setVersion(version));
    }
}
