package io.weir.cli;

import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A completion script for fish, which picocli has none for. */
final class FishCompletion {

    private FishCompletion() {}

    static String script(CommandSpec root) {
        StringBuilder script = new StringBuilder("# fish completion for weir\n");
        verbs(script, root, "__fish_use_subcommand");
        for (Map.Entry<String, CommandLine> verb : root.subcommands().entrySet()) {
            CommandSpec spec = verb.getValue().getCommandSpec();
            String seen = "__fish_seen_subcommand_from " + verb.getKey();
            verbs(script, spec, seen);
            options(script, spec, seen);
            spec.subcommands()
                    .forEach((name, sub) ->
                            options(script, sub.getCommandSpec(), seen + "; and __fish_seen_subcommand_from " + name));
        }
        return script.toString();
    }

    private static void verbs(StringBuilder script, CommandSpec spec, String condition) {
        spec.subcommands()
                .forEach((name, sub) -> script.append("complete -c weir -f -n '")
                        .append(condition)
                        .append("' -a ")
                        .append(name)
                        .append(" -d '")
                        .append(firstSentence(
                                sub.getCommandSpec().usageMessage().description()))
                        .append("'\n"));
    }

    private static void options(StringBuilder script, CommandSpec spec, String condition) {
        for (OptionSpec option : spec.options()) {
            script.append("complete -c weir -n '").append(condition).append('\'');
            for (String name : option.names()) {
                script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (option.arity().max() > 0) {
                script.append(" -r");
            }
            if (option.type().isEnum()) {
                script.append(" -f -a '");
                for (Object value : option.type().getEnumConstants()) {
                    script.append(value.toString().toLowerCase(Locale.ROOT)).append(' ');
                }
                script.append('\'');
            }
            script.append(" -d '").append(firstSentence(option.description())).append("'\n");
        }
    }

    private static String firstSentence(String[] description) {
        String text = description.length == 0 ? "" : description[0];
        int end = text.indexOf(". ");
        return (end < 0 ? text : text.substring(0, end)).replace("'", "\\'");
    }
}
