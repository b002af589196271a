package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.injector.manifest.Manifests;
import io.weir.injector.manifest.Outcome.Result;
import io.weir.injector.manifest.Rewritten;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "inject",
        description = "Give sidecars to the pods of manifests, as the webhook does in a cluster. The manifests with"
                + " sidecars go to standard output: weir inject -f app.yaml | kubectl apply -f -")
final class InjectCommand implements Callable<Integer> {

    private final Console console;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE|-",
            description = "YAML or JSON documents, or - for standard input.")
    private Path file = Path.of("-");

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = "default",
            description = "Where objects go that name no namespace (default: ${DEFAULT-VALUE}).")
    private String namespace = "default";

    @Mixin
    private final InjectionOptions options = new InjectionOptions();

    InjectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ManifestText input = ManifestText.read(file, console.in());
        Rewritten manifests = input.rewrite(text -> Manifests.inject(text, namespace, options.settings()));
        Outcomes outcomes = new Outcomes(manifests.outcomes(), console.style());
        outcomes.lines().forEach(console.err()::println);
        if (manifests.count(Result.REFUSED) > 0) {
            throw new Failure("nothing was written: pods are refused", "put right what is said above");
        }
        console.out().print(manifests.text());
        console.out().flush();
        console.err().println(outcomes.sum(Result.INJECTED, "got a sidecar", input.name()));
        return ExitCodes.OK;
    }
}
