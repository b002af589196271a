package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.smi.wellknown.Sidecar;
import io.weir.telemetry.cluster.ClusterTelemetry;
import io.weir.telemetry.cluster.TelemetryOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "telemetry",
        description =
                "Run one replica of the telemetry program in a cluster, until it is ended: sidecars push to it what"
                        + " they count, and it answers the SMI metrics API. The chart runs this; it uses the pod's own"
                        + " account, or outside of a cluster what KUBECONFIG names.")
final class TelemetryCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final ReplicaOptions replica = new ReplicaOptions();

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
            names = "--control-plane",
            paramLabel = "HOST:PORT",
            description = "The control plane's xDS port, which signs the certificate that sidecars are shown (default: "
                    + Sidecar.CONTROL_PLANE_SERVICE + ".NAMESPACE.svc:" + Sidecar.XDS_PORT + ").")
    private @Nullable String controlPlane;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "/var/run/secrets/weir.io/token/token",
            description = "A ServiceAccount token of this pod with audience " + Sidecar.TOKEN_AUDIENCE
                    + ", shown to the control plane (default: ${DEFAULT-VALUE}).")
    private Path token = Path.of("/var/run/secrets/weir.io/token/token");

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            defaultValue = "8443",
            description = "Where the API server asks; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int apiPort = 8_443;

    @Option(
            names = "--push-port",
            paramLabel = "PORT",
            defaultValue = "" + Sidecar.TELEMETRY_PORT,
            description = "Where sidecars push what they count; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int pushPort = Sidecar.TELEMETRY_PORT;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "15014",
            description = "Where /healthz, /readyz, /metrics and /metrics/edges are; 0 takes a free one"
                    + " (default: ${DEFAULT-VALUE}).")
    private int adminPort = 15_014;

    @Option(
            names = "--local-port",
            paramLabel = "PORT",
            defaultValue = "" + Sidecar.LOCAL_ADMIN_PORT,
            description =
                    "Where, at the pod's own 127.0.0.1, all may be asked without a token: by who may forward ports"
                            + " to the pod; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int localPort = Sidecar.LOCAL_ADMIN_PORT;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "The address of the other ports (default: ${DEFAULT-VALUE}).")
    private InetAddress address = InetAddress.getLoopbackAddress();

    @Mixin
    private final MetricsBackendOptions metrics = new MetricsBackendOptions();

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationText.class,
            description = "For how long a replica that ends still answers (default: ${DEFAULT-VALUE}).")
    private Duration drain = Duration.ofSeconds(5);

    TelemetryCommand(Console console) {
        this.console = console;
    }

    private TelemetryOptions options() {
        String namespace = replica.namespace();
        return new TelemetryOptions(
                namespace,
                replica.name(console),
                new TelemetryOptions.Ports(
                        new InetSocketAddress(address, apiPort),
                        new InetSocketAddress(address, pushPort),
                        new InetSocketAddress(address, adminPort),
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), localPort)),
                new MeshSettings(trustDomain, clusterDomain, Mode.DENY),
                KubernetesOptions.defaults(),
                new TelemetryOptions.ControlPlane(
                        controlPlane == null
                                ? Sidecar.CONTROL_PLANE_SERVICE + "." + namespace + ".svc:" + Sidecar.XDS_PORT
                                : controlPlane,
                        token),
                drain,
                metrics.readings());
    }

    @Override
    public Integer call() throws InterruptedException {
        TelemetryOptions options = options();
        CountDownLatch ended = new CountDownLatch(1);
        try (KubernetesClient client = ClusterClient.open()) {
            ClusterTelemetry telemetry = ClusterTelemetry.start(client, options);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(() -> {
                end(telemetry);
                ended.countDown();
            }));
            console.err()
                    .println("serving: metrics API at port " + telemetry.apiPort() + ", sidecars at port "
                            + telemetry.pushPort() + ", health and metrics at port " + telemetry.adminPort());
            ended.await();
            return ExitCodes.OK;
        } catch (IOException e) {
            throw new Failure(
                    Failure.text(e),
                    "if a port is taken, choose another with --api-port, --push-port, --admin-port or --local-port");
        }
    }

    private void end(ClusterTelemetry telemetry) {
        try (telemetry) {
            telemetry.drain();
        } catch (IOException | InterruptedException e) {
            console.err().println("weir: closing: " + e.getMessage());
        }
    }
}
