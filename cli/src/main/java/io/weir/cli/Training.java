package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import io.weir.cli.training.EmptyCluster;
import io.weir.controlplane.ClusterControlPlane;
import io.weir.controlplane.ClusterOptions;
import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.telemetry.Aggregator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The run that the ahead-of-time cache is made from: the verbs that end at once, and the start of a control plane,
 * standalone and in a cluster, in one process. What it loads starts faster afterwards.
 */
public final class Training {

    /** Ten seconds where it was measured; an image for another kind of machine is made by an emulated one. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private Training() {}

    /** @param args a folder of manifests; an account, a service and a workload in them; an empty folder */
    public static void main(String[] args) throws Exception {
        giveUpInTime();
        String folder = args[0];
        List<List<String>> lines = List.of(
                List.of("version"),
                List.of("--help"),
                List.of("explain", "--help"),
                List.of("validate", folder),
                List.of("validate", folder, "-o", "json"),
                List.of("explain", folder, "--from", args[1], "--to", args[2]),
                List.of("explain", folder, "--from", args[1], "--to", args[2], "-o", "json"),
                List.of("xds", folder, "--proxy", args[3]),
                List.of("completion", "bash"));
        Console console =
                new Console(InputStream.nullInputStream(), nowhere(), nowhere(), Style.of(System.getenv()), Map.of());
        for (List<String> line : lines) {
            int code = Weir.run(console, line.toArray(String[]::new));
            if (code != ExitCodes.OK) {
                throw new IllegalStateException(line + " ended with " + code);
            }
        }
        serve(Path.of(folder), Path.of(args[4]));
        control();
    }

    /** One replica of a cluster's, from its start until it has written its first status, as a leader does. */
    static void control() throws Exception {
        try (InputStream objects = Training.class.getResourceAsStream("training/objects.json");
                EmptyCluster cluster = EmptyCluster.start(
                        JsonMapper.shared().readValue(objects, new TypeReference<Map<String, List<JsonNode>>>() {}));
                KubernetesClient client = cluster.client();
                ClusterControlPlane _ = ClusterControlPlane.start(client, options())) {
            cluster.awaitStatus();
        }
    }

    private static ClusterOptions options() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new ClusterOptions(
                "weir-system",
                "replica",
                any,
                any,
                any,
                MeshSettings.defaults(),
                CertificateSettings.defaults(),
                KubernetesOptions.defaults(),
                null,
                ClusterOptions.PodCertificates.IF_SERVED,
                Duration.ZERO);
    }

    /** Whoever waits for the cache is told, and does without. */
    private static void giveUpInTime() {
        CompletableFuture.delayedExecutor(LONGEST.toMinutes(), TimeUnit.MINUTES).execute(() -> {
            System.err.println("the training run did not end within " + LONGEST);
            Runtime.getRuntime().halt(1);
        });
    }

    private static void serve(Path manifests, Path empty) throws IOException {
        MeshSettings settings = MeshSettings.defaults();
        ControlPlane controlPlane = ControlPlane.start(
                new ControlPlaneOptions(
                        manifests,
                        empty.resolve("state"),
                        empty.resolve("shared"),
                        settings,
                        CertificateSettings.defaults(),
                        ControlPlaneOptions.Apps.RUNNING),
                Aggregator.of(settings));
        controlPlane.close();
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
