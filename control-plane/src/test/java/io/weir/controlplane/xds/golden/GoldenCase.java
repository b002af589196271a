package io.weir.controlplane.xds.golden;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.OpenTelemetry;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.TraceSampling;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.source.directory.ManifestFiles;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Translated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Manifests as a user writes them, and the resources of one proxy that show what the case is about.
 *
 * <p>With {@code openTelemetry: {endpoint, signals, sampling}} sidecars send to a collector. With {@code cluster} in its {@code case.yaml} the workloads are pods of a cluster, and
 * with {@code inScope: true} the proxy is told what its account may call.
 *
 * @param path area and case: {@code split/weights}
 * @param why one sentence, written above the resources
 * @param proxy the workload whose resources they are, as {@code namespace/name}
 * @param telemetry what the proxy counts; nothing, unless the case says {@code telemetry: EDGES}
 * @param inScope whether it is told what its account may call; else it is told of the whole mesh
 * @param diagnostics what the manifests are told, from the reader and from the builder
 */
record GoldenCase(
        String path,
        String why,
        String proxy,
        Telemetry telemetry,
        boolean inScope,
        List<Shown> shown,
        MeshModel mesh,
        List<Diagnostic> diagnostics) {

    static final Path FOLDER = Path.of("src/test/resources/golden");

    private static final YAMLMapper YAML = new YAMLMapper();

    /** One resource: {@code routes inbound/8080} in the case's file. */
    record Shown(XdsType type, String name) {
        private static Shown of(String text) {
            String[] parts = text.split(" ", 2);
            return new Shown(
                    switch (parts[0]) {
                        case "clusters" -> XdsType.CLUSTER;
                        case "endpoints" -> XdsType.ENDPOINT;
                        case "listeners" -> XdsType.LISTENER;
                        case "routes" -> XdsType.ROUTE;
                        default -> throw new IllegalArgumentException(text);
                    },
                    parts[1]);
        }
    }

    /** What the proxy is given if its Envoy counts this. */
    Translated translated(Telemetry counted) {
        return inScope ? Translated.inScope(mesh, proxy, counted) : Translated.of(mesh, proxy, counted);
    }

    /** Every folder with a {@code case.yaml}, in order. */
    static List<GoldenCase> all() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<GoldenCase> cases = new ArrayList<>();
            for (Path file :
                    files.filter(it -> it.endsWith("case.yaml")).sorted().toList()) {
                cases.add(read(file));
            }
            return cases;
        }
    }

    private static GoldenCase read(Path file) throws IOException {
        JsonNode head = YAML.readTree(Files.readString(file));
        MeshSettings usual = MeshSettings.defaults();
        MeshSettings settings = new MeshSettings(
                        head.path("trustDomain").asString(usual.trustDomain()),
                        head.path("clusterDomain").asString(usual.clusterDomain()),
                        usual.mode())
                .with(collector(head.path("openTelemetry")));
        ClusterState folder = ManifestFiles.parse(manifests(file.resolveSibling("in")));
        ClusterState state = head.has("cluster") ? inCluster(folder, head.get("cluster")) : folder;
        Built built = MeshModelBuilder.build(state, settings);
        List<Diagnostic> diagnostics = new ArrayList<>(state.diagnostics());
        diagnostics.addAll(built.diagnostics());
        return new GoldenCase(
                FOLDER.relativize(file.getParent()).toString().replace('\\', '/'),
                head.get("why").asString(),
                head.get("proxy").asString(),
                Telemetry.valueOf(head.path("telemetry").asString(Telemetry.UNAVAILABLE.name())),
                head.path("inScope").asBoolean(false),
                head.get("shown")
                        .valueStream()
                        .map(JsonNode::asString)
                        .map(Shown::of)
                        .toList(),
                built.model(),
                diagnostics);
    }

    private static @Nullable OpenTelemetry collector(JsonNode written) {
        return written.isMissingNode()
                ? null
                : OpenTelemetry.at(
                        written.get("endpoint").asString(),
                        written.get("signals")
                                .valueStream()
                                .map(signal -> OpenTelemetry.Signal.valueOf(signal.asString()))
                                .toList(),
                        TraceSampling.percent(written.get("sampling").asString())
                                .orElseThrow());
    }

    /** Pods have 10.1.0.1 and up, Services 10.96.0.1 and up; in a dual-stack cluster fd00:1::1 and fd00:96::1 too. */
    private static ClusterState inCluster(ClusterState folder, JsonNode cluster) {
        List<WorkloadKey> pods = List.copyOf(folder.replicas().keySet());
        List<ServiceKey> services = List.copyOf(folder.services().keySet());
        List<String> headless =
                cluster.path("headless").valueStream().map(JsonNode::asString).toList();
        boolean dual = cluster.path("dualStack").asBoolean(false);
        return new InCluster(
                        key -> addresses("10.1.0.", "fd00:1::", pods.indexOf(key) + 1, dual),
                        key -> headless.contains(key.toString())
                                ? List.of()
                                : addresses("10.96.0.", "fd00:96::", services.indexOf(key) + 1, dual))
                .of(folder);
    }

    private static List<String> addresses(String ipv4, String ipv6, int number, boolean dual) {
        return dual ? List.of(ipv4 + number, ipv6 + number) : List.of(ipv4 + number);
    }

    private static TreeMap<String, String> manifests(Path folder) throws IOException {
        TreeMap<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return texts;
    }
}
