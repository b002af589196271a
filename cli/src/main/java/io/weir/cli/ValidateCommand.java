package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "validate",
        description = "Check manifests without running anything, or the objects of a cluster: what is wrong, where, and"
                + " how to put it right.",
        footer = {"", "Without files it reads the cluster, with your own rights, and changes nothing."})
final class ValidateCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE|FOLDER|-",
            description = "Manifests, folders of them, or - for standard input. References are looked up in all of"
                    + " them together. None: the cluster.")
    private List<Path> files = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The findings of all namespaces of the cluster.")
    private boolean all;

    @Mixin
    private final ClusterSelection cluster = new ClusterSelection();

    @Mixin
    private final ControlPlaneAccess controlPlane = new ControlPlaneAccess();

    @Option(
            names = "--fail-on",
            paramLabel = "error|warning|info",
            defaultValue = "error",
            description = "Exit with 3 if a finding is this bad or worse (default: ${DEFAULT-VALUE}).")
    private Severity failOn = Severity.ERROR;

    @Mixin
    private final MeshOptions mesh = new MeshOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    ValidateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (files.isEmpty()) {
            return report(inCluster());
        }
        cluster.refuseWith(files, all, spec);
        return report(Offline.load(files, console.in(), mesh.settings()));
    }

    /** Of the namespace that is asked about, or of all. */
    private Offline inCluster() {
        try (KubernetesClient client = cluster.open()) {
            String namespace = cluster.namespace(client);
            Offline read = ClusterMesh.read(
                            client,
                            Sorted.set(all ? List.<String>of() : List.of(namespace)),
                            all ? ClusterMesh.Extent.EVERYWHERE : ClusterMesh.Extent.NAMESPACES,
                            mesh,
                            controlPlane.ask(client),
                            console)
                    .offline();
            return all
                    ? read
                    : new Offline(
                            read.state(),
                            read.model(),
                            read.diagnostics().stream()
                                    .filter(finding -> isOf(namespace, finding.object()))
                                    .toList());
        }
    }

    /** What is found of a namespace itself belongs to it too. */
    private static boolean isOf(String namespace, ObjectRef object) {
        return object.namespace().equals(namespace)
                || (object.kind().equals("Namespace") && object.name().equals(namespace));
    }

    private int report(Offline offline) {
        List<Diagnostic> findings = offline.diagnostics();
        if (output.format() == Format.TABLE) {
            findings.forEach(finding -> console.out().println(Findings.line(finding, console.style())));
            console.err().println(findings.isEmpty() ? nothingFound(offline) : Findings.counts(findings));
        } else {
            console.tree(output.format(), tree(findings));
        }
        // Severities are declared from the worst to the mildest.
        boolean bad = findings.stream().anyMatch(finding -> finding.severity().compareTo(failOn) <= 0);
        return bad ? ExitCodes.FINDINGS : ExitCodes.OK;
    }

    /** Who named the wrong folder must not be told that all is well. */
    private String nothingFound(Offline offline) {
        int objects = files.isEmpty() ? offline.state().smi().size() : offline.objects();
        if (objects > 0) {
            return console.style().tick() + " no findings in " + objects + (files.isEmpty() ? " SMI" : "")
                    + (objects == 1 ? " object" : " objects");
        }
        return console.style().warn("!")
                + (files.isEmpty()
                        ? " no SMI object in the cluster"
                        : " no object in " + files.stream().map(Path::toString).collect(Collectors.joining(", "))
                                + "; manifests end in .yaml, .yml or .json");
    }

    private static Map<String, Object> tree(List<Diagnostic> findings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("findings", Findings.trees(findings));
        tree.put("errors", Findings.count(findings, Severity.ERROR));
        tree.put("warnings", Findings.count(findings, Severity.WARNING));
        tree.put("infos", Findings.count(findings, Severity.INFO));
        return tree;
    }
}
