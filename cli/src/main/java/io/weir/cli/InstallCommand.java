package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.check.Category;
import io.weir.cli.check.CheckReport;
import io.weir.cli.helm.Helm;
import io.weir.cli.output.Console;
import io.weir.smi.wellknown.Sidecar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "install",
        description =
                "Install Weir in a cluster, or upgrade it, by Helm and the chart of this version: looks first whether"
                        + " the cluster can take it, and last whether all is well.",
        footer = {"", "Exit code 1 if a check failed before, which leaves the cluster alone, or after."})
final class InstallCommand implements Callable<Integer> {

    private static final Duration UNTIL_WELL = Duration.ofSeconds(60);

    private final Console console;

    @Option(
            names = {"-f", "--values"},
            paramLabel = "FILE",
            description = "Values of the chart; may be given again, the last one counts.")
    private List<Path> values = List.of();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One value of the chart, as mode=deny; may be given again.")
    private List<String> set = List.of();

    @Option(names = "--dry-run", description = "Print what would be installed, and change nothing.")
    private boolean dryRun;

    @Option(
            names = {"-n", "--system-namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where Weir is to run; made if it is not there (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    @Option(
            names = "--chart",
            paramLabel = "FOLDER|FILE",
            description = "The chart (default: that of this version, beside the command).")
    private @Nullable Path chart;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5m",
            converter = DurationText.class,
            description = "For how long to wait until Weir runs (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofMinutes(5);

    @Option(names = "--skip-checks", description = "Go on though a check failed before.")
    private boolean skipChecks;

    InstallCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Helm helm = HelmRelease.helm(console.environment());
        Path found = chart(chart, console.environment());
        try (KubernetesClient client = ClusterClient.open()) {
            before(client);
            if (dryRun) {
                HelmRelease.run(console, helm, arguments(found), console.out()::println, () -> {}, "see above");
                return ExitCodes.OK;
            }
            console.err().println("installing " + Version.line() + " in namespace " + systemNamespace);
            HelmRelease.run(
                    console,
                    helm,
                    arguments(found),
                    _ -> {},
                    new InstallProgress(client, systemNamespace, console.err()),
                    "weir check -n " + systemNamespace + " says what is not as it must be; kubectl -n "
                            + systemNamespace + " get pods,jobs");
            return CheckCommand.look(
                            console,
                            client,
                            CheckCommand.installed(systemNamespace, false),
                            CheckCommand.Output.TABLE,
                            UNTIL_WELL)
                    ? ExitCodes.OK
                    : ExitCodes.FAILED;
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        }
    }

    private void before(KubernetesClient client) {
        CheckReport report = CheckReport.of(Category.before(systemNamespace), client);
        console.err().print(report.text(console.style(), false));
        if (!report.success() && !skipChecks) {
            throw new Failure(
                    "the cluster can't take Weir as it is; nothing was changed",
                    "put right what is marked x above, or add --skip-checks");
        }
    }

    private List<String> arguments(Path found) {
        List<String> arguments = new ArrayList<>(List.of(
                "upgrade",
                HelmRelease.NAME,
                found.toString(),
                "--install",
                "--namespace",
                systemNamespace,
                "--create-namespace"));
        values.forEach(file -> arguments.addAll(List.of("--values", file.toString())));
        set.forEach(one -> arguments.addAll(List.of("--set", one)));
        arguments.addAll(dryRun ? List.of("--dry-run") : List.of("--wait", "--timeout", timeout.toSeconds() + "s"));
        return arguments;
    }

    /** @param environment WEIR_CHART is set by the launcher, where the chart is beside it */
    private static Path chart(@Nullable Path named, Map<String, String> environment) {
        String ours = environment.getOrDefault("WEIR_CHART", "");
        if (named == null && ours.isEmpty()) {
            throw new Failure("the chart is not beside the command", "name it with --chart");
        }
        Path chart = named == null ? Path.of(ours) : named;
        if (!Files.exists(Files.isDirectory(chart) ? chart.resolve("Chart.yaml") : chart)) {
            throw new Failure(chart + " is no chart", "name it with --chart");
        }
        return chart;
    }
}
