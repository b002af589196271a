package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "validate",
        description = "Check manifests without running anything: what is wrong, where, and how to put it right.")
final class ValidateCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|FOLDER|-",
            description = "Manifests, folders of them, or - for standard input. References are looked up in all of"
                    + " them together.")
    private List<Path> files = List.of();

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
        Offline offline = Offline.load(files, console.in(), mesh.settings());
        List<Diagnostic> findings = offline.diagnostics();
        if (output.format() == Format.TABLE) {
            findings.forEach(finding -> console.out().println(Findings.line(finding, console.style())));
            console.err().println(findings.isEmpty() ? nothingFound(offline.objects()) : Findings.counts(findings));
        } else {
            console.tree(output.format(), tree(findings));
        }
        // Severities are declared from the worst to the mildest.
        boolean bad = findings.stream().anyMatch(finding -> finding.severity().compareTo(failOn) <= 0);
        return bad ? ExitCodes.FINDINGS : ExitCodes.OK;
    }

    /** Who named the wrong folder must not be told that all is well. */
    private String nothingFound(int objects) {
        return objects == 0
                ? console.style().warn("!") + " no object in "
                        + files.stream().map(Path::toString).collect(Collectors.joining(", "))
                        + "; manifests end in .yaml, .yml or .json"
                : console.style().tick() + " no findings in " + objects + (objects == 1 ? " object" : " objects");
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
