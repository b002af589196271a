package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.controlplane.ClusterControlPlane;
import io.weir.controlplane.ClusterOptions;
import io.weir.controlplane.ClusterOptions.PodCertificates;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PathMatch;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "controller",
        description =
                "Run one replica of the control plane in a cluster, until it is ended. The chart runs this; it uses"
                        + " the pod's own account, or outside of a cluster what KUBECONFIG names.")
final class ControllerCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final ReplicaOptions replica = new ReplicaOptions();

    @Option(
            names = "--mode",
            paramLabel = "deny|permissive",
            defaultValue = "permissive",
            description = "How workloads treat callers that no TrafficTarget names, in namespaces that say nothing"
                    + " themselves (default: ${DEFAULT-VALUE}).")
    private Mode mode = Mode.PERMISSIVE;

    @Option(
            names = "--namespaces-may-loosen",
            description = "Let a namespace be permissive in a mesh that denies (default: it may only be stricter).")
    private boolean mayLoosen;

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            converter = TrustDomainText.class,
            description = "SPIFFE trust domain (default: ${DEFAULT-VALUE}).")
    private String trustDomain = "cluster.local";

    @Option(
            names = "--cluster-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            description = "DNS suffix of the cluster's Services (default: ${DEFAULT-VALUE}).")
    private String clusterDomain = "cluster.local";

    @Option(
            names = "--path-match",
            paramLabel = "prefix|full",
            defaultValue = "prefix",
            description = "How much of a path a pathRegex must match: its start, as SMI says, or all of it"
                    + " (default: ${DEFAULT-VALUE}).")
    private PathMatch pathMatch = PathMatch.PREFIX;

    @Option(
            names = "--svid-ttl",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = DurationText.class,
            description = "Life of workload certificates, which are renewed at half of it (default: ${DEFAULT-VALUE}).")
    private Duration svidTtl = Duration.ofHours(24);

    @Option(
            names = "--ca-secret",
            paramLabel = "NAME",
            description = "A Secret of type kubernetes.io/tls in Weir's namespace with a root of your own, which"
                    + " cert-manager may renew (default: Weir makes a root).")
    private @Nullable String caSecret;

    @Option(
            names = "--pod-certificates",
            paramLabel = "if_served|never",
            defaultValue = "if_served",
            description = "Whether to sign pod certificates, where the cluster has them (default: ${DEFAULT-VALUE}).")
    private PodCertificates podCertificates = PodCertificates.IF_SERVED;

    @Option(
            names = "--xds-port",
            paramLabel = "PORT",
            defaultValue = "" + Sidecar.XDS_PORT,
            description = "Where proxies connect; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int xdsPort = Sidecar.XDS_PORT;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "15014",
            description = "Where /healthz, /readyz, /metrics and the admin API are; 0 takes a free one"
                    + " (default: ${DEFAULT-VALUE}).")
    private int adminPort = 15_014;

    @Option(
            names = "--local-port",
            paramLabel = "PORT",
            defaultValue = "" + Sidecar.LOCAL_ADMIN_PORT,
            description = "Where, at the pod's own 127.0.0.1, the admin API may be read without a token: by who may"
                    + " forward ports to the pod; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int localPort = Sidecar.LOCAL_ADMIN_PORT;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "The address of the xDS port and the admin port (default: ${DEFAULT-VALUE}).")
    private InetAddress address = InetAddress.getLoopbackAddress();

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationText.class,
            description =
                    "Over how long a replica that ends sends its proxies to the others (default: ${DEFAULT-VALUE}).")
    private Duration drain = Duration.ofSeconds(5);

    @Mixin
    private final TracingOptions tracing = new TracingOptions();

    ControllerCommand(Console console) {
        this.console = console;
    }

    private ClusterOptions options() {
        CertificateSettings usual = CertificateSettings.defaults();
        return new ClusterOptions(
                replica.namespace(),
                replica.name(console),
                new InetSocketAddress(address, xdsPort),
                new InetSocketAddress(address, adminPort),
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), localPort),
                new MeshSettings(
                        trustDomain,
                        clusterDomain,
                        mode,
                        pathMatch,
                        mayLoosen ? MeshSettings.Loosening.ALLOWED : MeshSettings.Loosening.REFUSED,
                        tracing.collector()),
                new CertificateSettings(svidTtl, usual.root(), usual.skew(), usual.distribution()),
                KubernetesOptions.defaults(),
                caSecret,
                podCertificates,
                drain);
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread serving = Thread.currentThread();
        try (KubernetesClient client = ClusterClient.open()) {
            ClusterControlPlane[] running = new ClusterControlPlane[1];
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(() -> {
                end(running[0], serving);
                ended.countDown();
            }));
            running[0] = ClusterControlPlane.start(client, options());
            console.err()
                    .println("serving: xDS at port " + running[0].xdsPort() + ", admin at port "
                            + running[0].adminPort());
            ended.await();
            return ExitCodes.OK;
        } catch (IOException e) {
            throw new Failure(
                    Failure.text(e), "see docs/identity.md for what to do about a lost certificate authority");
        }
    }

    private void end(@Nullable ClusterControlPlane running, Thread serving) {
        if (running == null) {
            serving.interrupt();
            return;
        }
        try (running) {
            running.drain();
        } catch (IOException | InterruptedException e) {
            console.err().println("weir: closing: " + e.getMessage());
        }
    }
}
