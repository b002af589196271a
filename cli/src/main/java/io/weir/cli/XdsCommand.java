package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.cluster.Named;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.cli.output.Trees;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Observation;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Plan;
import io.weir.controlplane.xds.translate.Recipe;
import io.weir.controlplane.xds.translate.ResourceJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "xds",
        description =
                "Print what the proxy of one workload is given, as Envoy understands it. Certificates are made when"
                        + " a mesh runs and are not shown.",
        footer = {
            "",
            "Examples:",
            "  weir xds examples/bookstore --proxy shop/bookstore-v1",
            "  weir xds pod/web-0 -n shop"
        })
final class XdsCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|FOLDER|-|pod/NAME",
            description = "Manifests, folders of them, or -; or a pod of the cluster, as pod/NAME, or one of"
                    + " deploy/NAME.")
    private List<Path> words = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--proxy",
            paramLabel = "NAMESPACE/WORKLOAD",
            description = "Needed with files: a Workload, or one of its replicas.")
    private @Nullable String proxy;

    @Mixin
    private final ClusterSelection cluster = new ClusterSelection();

    @Mixin
    private final ControlPlaneAccess controlPlane = new ControlPlaneAccess();

    @Mixin
    private final MeshOptions mesh = new MeshOptions();

    @Mixin
    private final TelemetryOption telemetry = new TelemetryOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "yaml|json",
            defaultValue = "yaml",
            description = "How to print the result (default: ${DEFAULT-VALUE}).")
    private Format format = Format.YAML;

    XdsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (cluster.meant(words)) {
            inCluster();
        } else if (proxy == null) {
            throw usage("with files, --proxy says whose configuration to print, e.g. --proxy shop/bookstore-v1");
        } else {
            cluster.refuseWith(words, false, spec);
            Offline offline = Offline.load(words, console.in(), mesh.settings());
            print(
                    offline,
                    workload(offline.model(), proxy),
                    "remove its annotation weir.io/inject: disabled to give it one");
        }
        return ExitCodes.OK;
    }

    private void inCluster() {
        Named pod = words.size() == 1 ? Named.parse(words.getFirst().toString()) : null;
        if (pod == null || proxy != null) {
            throw usage("name one pod, as pod/NAME or deploy/NAME, and its namespace with -n");
        }
        try (KubernetesClient client = cluster.open()) {
            String namespace = cluster.namespace(client);
            Offline offline = ClusterMesh.read(
                            client,
                            Sorted.set(List.of(namespace)),
                            ClusterMesh.Extent.EVERYWHERE,
                            mesh,
                            controlPlane.ask(client),
                            console)
                    .offline();
            // Of several that are alike, whose configurations differ by their addresses alone.
            Replica replica = ClusterPods.of(offline.state(), namespace, pod).getFirst();
            print(
                    offline,
                    Objects.requireNonNull(offline.model().workloads().get(replica.key())),
                    "label its namespace weir.io/inject=enabled and make the pod anew to give it one");
        }
    }

    private void print(Offline offline, Workload workload, String next) {
        if (!workload.meshed()) {
            throw new Failure(workload.key() + " has no sidecar", next);
        }
        console.tree(format == Format.TABLE ? Format.YAML : format, tree(offline.model(), workload));
        Findings.aside(offline.diagnostics(), console);
    }

    private ParameterException usage(String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        return new ParameterException(spec.commandLine(), message);
    }

    /** A replica by its own name, or the first replica of a Workload by the Workload's. */
    private static Workload workload(MeshModel model, String proxy) {
        return model.workloads().values().stream()
                .filter(workload -> workload.key().toString().equals(proxy)
                        || workload.key().toString().matches("\\Q" + proxy + "\\E-[0-9]+"))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        "there is no workload " + proxy,
                        "name one of: "
                                + model.workloads().keySet().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(", "))));
    }

    private Map<String, Object> tree(MeshModel model, Workload workload) {
        OutboundPolicy outbound = OutboundResolver.resolve(model);
        List<Recipe> recipes = new ArrayList<>(Plan.outbound(outbound));
        recipes.addAll(Plan.endpoints(outbound, model.endpoints()));
        Observation observation = Observation.of(telemetry.wanted(), workload, model.settings());
        recipes.addAll(
                Plan.own(workload, InboundResolver.resolve(model, workload), outbound, model.loopback(), observation));
        Map<XdsType, Map<String, Object>> byType = new TreeMap<>();
        for (Recipe recipe : recipes) {
            XdsResource resource = XdsResource.of(recipe.type(), recipe.name(), recipe.build());
            byType.computeIfAbsent(recipe.type(), _ -> new TreeMap<>())
                    .put(recipe.name(), Trees.object(ResourceJson.print(resource.body())));
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("proxy", workload.key().toString());
        byType.forEach((type, resources) -> tree.put(key(type), List.copyOf(resources.values())));
        return tree;
    }

    private static String key(XdsType type) {
        return switch (type) {
            case CLUSTER -> "clusters";
            case ENDPOINT -> "endpoints";
            case LISTENER -> "listeners";
            case ROUTE -> "routes";
            case SECRET -> "secrets";
        };
    }
}
