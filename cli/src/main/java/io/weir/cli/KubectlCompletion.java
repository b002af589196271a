package io.weir.cli;

import io.weir.cli.output.Console;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Answers kubectl, which asks {@code kubectl_complete-weir} for completions in the way of cobra's {@code __complete}. */
final class KubectlCompletion {

    static final String VERB = "__complete";

    /** Cobra's ShellCompDirectiveDefault: where there is nothing to offer, the shell offers files. */
    private static final String FILES_ELSE = ":0";

    private KubectlCompletion() {}

    /** @param words what is typed after the command; the last one is being typed, and may be empty */
    static int print(Console console, List<String> words) {
        CommandLine line = Weir.commandLine(console);
        String[] typed = words.toArray(String[]::new);
        int last = Math.max(0, typed.length - 1);
        String begun = typed.length == 0 ? "" : typed[last];
        List<CharSequence> rest = new ArrayList<>();
        AutoComplete.complete(line.getCommandSpec(), typed, last, begun.length(), begun.length(), rest);
        // Options are offered to whoever began one.
        rest.stream()
                .map(end -> begun + end)
                .filter(word -> begun.startsWith("-") || !word.startsWith("-"))
                .distinct()
                .sorted()
                .forEach(console.out()::println);
        console.out().println(FILES_ELSE);
        return ExitCodes.OK;
    }
}
