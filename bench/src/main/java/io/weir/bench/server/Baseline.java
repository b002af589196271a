package io.weir.bench.server;

import io.envoyproxy.controlplane.cache.v3.SimpleCache;
import io.envoyproxy.controlplane.server.V3DiscoveryServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.weir.controlplane.identity.XdsTls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.ClusterStateSource;
import io.weir.controlplane.source.directory.DirectoryOptions;
import io.weir.controlplane.source.directory.DirectorySource;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.controlplane.xds.server.XdsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What one gets who builds a control plane on java-control-plane as its documentation shows: its own SimpleCache with a
 * snapshot for each proxy. It reads the same mesh with the same code, and its snapshots hold the same resources; it
 * believes what a proxy says of itself.
 *
 * <p>Arguments: the folder of manifests or a kubeconfig, a folder for its state, the port to listen at or 0, and
 * {@value #PLAINTEXT} if it is to do without TLS. Once it serves, its port is in the file {@value #PORT} of its state.
 */
public final class Baseline {

    static final String PORT = "port";

    static final String PLAINTEXT = "plaintext";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Baseline() {}

    /** Serves until it is ended. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path state = Path.of(args[1]);
        TrustDomain trustDomain = new TrustDomain(MeshSettings.defaults().trustDomain());
        InstantSource clock = InstantSource.system();
        CertificateAuthority authority =
                CertificateAuthority.open(StateFolder.open(state), trustDomain, CertificateSettings.defaults(), clock);
        XdsTls tls = XdsTls.open(authority, StateFolder.open(state.resolve("trust")), clock);
        ClusterStateSource source = source(Path.of(args[0]), state);

        SimpleCache<String> cache = new SimpleCache<>(node -> node.getId());
        Snapshots snapshots = new Snapshots(authority, clock);
        snapshots.make(source.current(), cache::setSnapshot);
        source.onChange(new Coalesced(() -> snapshots.make(source.current(), cache::setSnapshot))::changed);

        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(args[2])));
        if (!Arrays.asList(args).contains(PLAINTEXT)) {
            builder.sslContext(XdsServer.tls(tls.keyManager(), tls.trustManager()));
        }
        Server server = builder.addService(new V3DiscoveryServer(cache).getAggregatedDiscoveryServiceImpl())
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build()
                .start();
        tell(state, server.getPort());
        new CountDownLatch(1).await();
    }

    private static ClusterStateSource source(Path from, Path state) throws IOException, InterruptedException {
        if (Files.isDirectory(from)) {
            return DirectorySource.start(DirectoryOptions.saved(from, state, state.resolve("shared")));
        }
        Config config = Config.fromKubeconfig(from.toFile());
        config.setHttp2Disable(true);
        KubernetesSource cluster = KubernetesSource.start(
                new KubernetesClientBuilder().withConfig(config).build(), KubernetesOptions.defaults());
        if (!cluster.awaitSynced(PATIENCE)) {
            throw new IOException("not read: " + cluster.kinds());
        }
        return cluster;
    }

    private static void tell(Path state, int port) throws IOException {
        Path fresh = Files.writeString(state.resolve(PORT + ".new"), Integer.toString(port));
        Files.move(fresh, state.resolve(PORT), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes new snapshots of the newest state, on one thread; changes that arrive meanwhile are taken together. */
    private record Coalesced(Runnable work, AtomicBoolean pending, ExecutorService thread) {

        Coalesced(Runnable work) {
            this(work, new AtomicBoolean(), Executors.newSingleThreadExecutor());
        }

        void changed() {
            if (pending.compareAndSet(false, true)) {
                thread.execute(() -> {
                    pending.set(false);
                    work.run();
                });
            }
        }
    }
}
