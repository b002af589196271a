package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.cli.output.Trees;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.policy.InboundResolver;
import io.weir.controlplane.policy.OutboundPolicy;
import io.weir.controlplane.policy.OutboundResolver;
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
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "xds",
        description =
                "Print what the proxy of one workload is given, as Envoy understands it. Certificates are made when"
                        + " a mesh runs and are not shown.")
final class XdsCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(arity = "1..*", paramLabel = "FILE|FOLDER|-", description = "Manifests, folders of them, or -.")
    private List<Path> files = List.of();

    @Option(
            names = "--proxy",
            required = true,
            paramLabel = "NAMESPACE/WORKLOAD",
            description = "A Workload, or one of its replicas.")
    private String proxy = "";

    @Mixin
    private final MeshOptions mesh = new MeshOptions();

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
        Offline offline = Offline.load(files, console.in(), mesh.settings());
        Workload workload = workload(offline.model());
        if (!workload.meshed()) {
            throw new Failure(
                    workload.key() + " has no sidecar",
                    "remove its annotation weir.io/inject: disabled to give it one");
        }
        console.tree(format == Format.TABLE ? Format.YAML : format, tree(offline.model(), workload));
        Findings.aside(offline.diagnostics(), console);
        return ExitCodes.OK;
    }

    /** A replica by its own name, or the first replica of a Workload by the Workload's. */
    private Workload workload(MeshModel model) {
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

    private static Map<String, Object> tree(MeshModel model, Workload workload) {
        OutboundPolicy outbound = OutboundResolver.resolve(model);
        List<Recipe> recipes = new ArrayList<>(Plan.outbound(outbound));
        recipes.addAll(Plan.endpoints(outbound, model.endpoints()));
        recipes.addAll(Plan.own(workload, InboundResolver.resolve(model, workload), outbound, model.loopback()));
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
