package io.weir.cli;

import io.weir.cli.output.Console;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Print a script that completes weir's verbs and options in a shell.",
        footer = {
            "",
            "bash:  source <(weir completion bash)",
            "zsh:   source <(weir completion zsh)",
            "fish:  weir completion fish | source"
        })
final class CompletionCommand implements Callable<Integer> {

    /** Shells we can write a script for. */
    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
    private Shell shell = Shell.BASH;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        CommandSpec root = spec.root();
        console.out()
                .print(
                        switch (shell) {
                            case BASH -> AutoComplete.bash("weir", root.commandLine());
                            case ZSH ->
                                "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
                                        + AutoComplete.bash("weir", root.commandLine());
                            case FISH -> FishCompletion.script(root);
                        });
        console.out().flush();
        return ExitCodes.OK;
    }
}
