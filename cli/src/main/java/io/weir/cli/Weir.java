package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/** The root of the verbs, and what holds for all of them: help, exit codes, how errors read. */
@Command(
        name = "weir",
        description = "A service mesh control plane: SMI policies, Envoy sidecars.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            ServeCommand.class,
            ValidateCommand.class,
            ExplainCommand.class,
            XdsCommand.class,
            StatusCommand.class,
            StatCommand.class,
            EdgesCommand.class,
            AuthzCommand.class,
            TopCommand.class,
            TapCommand.class,
            SplitCommand.class,
            InjectCommand.class,
            UninjectCommand.class,
            BootstrapCommand.class,
            EnvoyCommand.class,
            CaCommand.class,
            InstallCommand.class,
            CheckCommand.class,
            BugReportCommand.class,
            CrdsCommand.class,
            UninstallCommand.class,
            ControllerCommand.class,
            InjectorCommand.class,
            TelemetryCommand.class,
            CompletionCommand.class,
            VersionCommand.class
        })
final class Weir {

    private Weir() {}

    /** Runs one command line; returns the exit code. */
    static int run(Console console, String... args) {
        if (args.length > 0 && args[0].equals(KubectlCompletion.VERB)) {
            return KubectlCompletion.print(console, List.of(args).subList(1, args.length));
        }
        return commandLine(console).execute(spelled(args));
    }

    /** {@code weir help explain} is what people type who know other commands. */
    private static String[] spelled(String... args) {
        if (args.length == 0 || !args[0].equals("help")) {
            return args;
        }
        String[] spelled = Arrays.copyOfRange(args, 1, args.length + 1);
        spelled[args.length - 1] = "--help";
        return spelled;
    }

    static CommandLine commandLine(Console console) {
        CommandLine line = new CommandLine(new Weir(), new Verbs(console));
        // kubectl's plugins say how they were called.
        line.setCommandName(console.environment().getOrDefault("WEIR_COMMAND", "weir"));
        describe(line.getCommandSpec());
        return line.setOut(console.outWriter())
                .setErr(console.errWriter())
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        console.style().colour() == Style.Colour.ON ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setParameterExceptionHandler((e, _) -> usage(console, e))
                .setExecutionExceptionHandler((e, _, _) -> failed(console, e));
    }

    private static void describe(CommandSpec spec) {
        spec.mixinStandardHelpOptions(true);
        spec.versionProvider(() -> new String[] {Version.line()});
        spec.usageMessage()
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCodes.explained())
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n")
                .width(100);
        Choices.spellLowerCase(spec);
        spec.subcommands().values().forEach(sub -> describe(sub.getCommandSpec()));
    }

    private static int usage(Console console, CommandLine.ParameterException e) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        console.err().println(console.style().bad("weir: ") + message(e));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, console.errWriter());
        console.err().println("  next: " + verb + " --help");
        return ExitCodes.USAGE;
    }

    private static String message(CommandLine.ParameterException e) {
        boolean root = e.getCommandLine().getParent() == null;
        return root
                        && e instanceof CommandLine.UnmatchedArgumentException unmatched
                        && !unmatched.getUnmatched().getFirst().startsWith("-")
                ? "there is no verb " + unmatched.getUnmatched().getFirst()
                : String.valueOf(e.getMessage());
    }

    private static int failed(Console console, Exception e) {
        if (e instanceof Failure failure) {
            console.err().println(console.style().bad("weir: ") + failure.getMessage());
            console.err().println("  next: " + failure.next());
            return ExitCodes.FAILED;
        }
        console.err().println(console.style().bad("weir: ") + "internal error: " + e);
        if (console.environment().getOrDefault("WEIR_DEBUG", "").isEmpty()) {
            console.err().println("  next: run it again with WEIR_DEBUG=1 for the stack trace, and report it");
        } else {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace, true));
            console.err().print(trace);
        }
        return ExitCodes.FAILED;
    }

    /** Makes verbs, which take the console they print to. */
    private record Verbs(Console console) implements CommandLine.IFactory {

        @Override
        public <K> K create(Class<K> type) throws Exception {
            Constructor<?> withConsole = Arrays.stream(type.getDeclaredConstructors())
                    .filter(constructor ->
                            constructor.getParameterCount() == 1 && constructor.getParameterTypes()[0] == Console.class)
                    .findFirst()
                    .orElse(null);
            if (withConsole == null) {
                return CommandLine.defaultFactory().create(type);
            }
            withConsole.setAccessible(true);
            return type.cast(withConsole.newInstance(console));
        }
    }
}
