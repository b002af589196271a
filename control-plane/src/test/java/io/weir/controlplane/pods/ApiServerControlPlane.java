package io.weir.controlplane.pods;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.XdsTls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.podcert.PodCertificateSigner;
import io.weir.controlplane.identity.review.TokenReviews;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.push.Pipeline;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.controlplane.xds.cache.AdsCache;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.server.ConnectionRegistry;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The engine of a control plane over a real API server, with what a cluster has to prove who a proxy is. */
final class ApiServerControlPlane implements ClusterPods.Served {

    final ConnectionRegistry registry = new ConnectionRegistry(100);
    final AdsCounters counters = new AdsCounters();
    private final String serverName;
    private final Path roots;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final KubernetesClient reader;
    private final KubernetesClient account;
    private final KubernetesSource source;
    private final CertificateAuthority authority;
    private final PodCertificateSigner signer;
    private final Pipeline pipeline;
    private final XdsServer server;

    /** Returns once it serves. */
    ApiServerControlPlane(KubeApiServer kube, String address, Path folder) throws IOException, InterruptedException {
        InstantSource clock = InstantSource.system();
        MeshSettings settings = new MeshSettings("cluster.local", "cluster.local", Mode.PERMISSIVE);
        Config config = kube.admin().config();
        config.setHttp2Disable(true);
        reader = new KubernetesClientBuilder().withConfig(config).build();
        account =
                InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml").client();
        source = KubernetesSource.start(reader, KubernetesOptions.defaults());
        if (!source.awaitSynced(Duration.ofSeconds(60))) {
            throw new AssertionError(source.kinds().toString());
        }
        authority = CertificateAuthority.open(
                StateFolder.open(folder.resolve("state")),
                new TrustDomain(settings.trustDomain()),
                CertificateSettings.defaults(),
                clock);
        XdsTls tls = XdsTls.open(authority, clock);
        serverName = tls.serverName();
        roots = Files.writeString(
                folder.resolve("roots.pem"), authority.bundle().pem());
        signer = PodCertificateSigner.start(account, authority, WatchOptions.defaults(), _ -> {});
        pipeline = new Pipeline(source, settings, authority, new WorkloadCertificates(authority, clock));
        AdsCache cache = new AdsCache(pipeline, Timers.system(timers), counters);
        server = XdsServer.start(
                XdsServerConfig.at(new InetSocketAddress(InetAddress.ofLiteral(address), Sidecar.XDS_PORT)),
                XdsServer.tls(tls.keyManager(), tls.trustManager()),
                ChainedAuthenticator.cluster(
                        TokenReviews.of(account, Sidecar.TOKEN_AUDIENCE, clock),
                        authority,
                        pod -> pipeline.world().built().model().workloads().get(pod),
                        clock),
                cache,
                registry);
        pipeline.onWorld(_ -> cache.changed());
        pipeline.follow();
    }

    @Override
    public String serverName() {
        return serverName;
    }

    @Override
    public Path roots() {
        return roots;
    }

    @Override
    public ClusterState state() {
        return source.current();
    }

    @Override
    public void close() throws IOException {
        server.close();
        pipeline.close();
        signer.close();
        source.close();
        authority.close();
        account.close();
        reader.close();
        timers.shutdownNow();
    }
}
