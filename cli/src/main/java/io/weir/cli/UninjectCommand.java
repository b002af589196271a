package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.injector.manifest.Manifests;
import io.weir.injector.manifest.Outcome.Result;
import io.weir.injector.manifest.Rewritten;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "uninject",
        description = "Take the sidecars out of manifests, and put back what injection replaced. The manifests without"
                + " sidecars go to standard output.")
final class UninjectCommand implements Callable<Integer> {

    private final Console console;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE|-",
            description = "YAML or JSON documents, or - for standard input.")
    private Path file = Path.of("-");

    UninjectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ManifestText input = ManifestText.read(file, console.in());
        Rewritten manifests = input.rewrite(Manifests::uninject);
        Outcomes outcomes = new Outcomes(manifests.outcomes(), console.style());
        console.out().print(manifests.text());
        console.out().flush();
        outcomes.lines().forEach(console.err()::println);
        console.err().println(outcomes.sum(Result.REMOVED, "lost the sidecar", input.name()));
        return ExitCodes.OK;
    }
}
