package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.check.Category;
import io.weir.cli.check.CheckReport;
import io.weir.cli.check.Sidecars;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.model.Mode;
import io.weir.smi.wellknown.Sidecar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description =
                "Look whether a cluster is as Weir needs it, with your own rights: its version, Weir's programs, SMI's"
                        + " kinds, the webhooks, sidecars, and which namespaces are open. Changes nothing.",
        footer = {"", "Exit code 1 if a check failed; warnings are no failures."})
final class CheckCommand implements Callable<Integer> {

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    /** How to print the result. */
    enum Output {
        TABLE,
        /** What is not as it must be. */
        SHORT,
        JSON,
        YAML
    }

    private final Console console;

    @Option(
            names = "--pre",
            description = "Look before an installation: what would be taken over, and what would be in the way.")
    private boolean pre;

    @Option(
            names = "--mode",
            paramLabel = "deny|permissive",
            defaultValue = "permissive",
            description = "The mesh's mode in the cluster, for namespaces that say nothing themselves"
                    + " (default: ${DEFAULT-VALUE}).")
    private Mode mode = Mode.PERMISSIVE;

    @Option(
            names = {"-n", "--system-namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where Weir runs (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "0s",
            converter = DurationText.class,
            description = "Look again until no check fails, for so long: 90s, 5m (default: ${DEFAULT-VALUE}).")
    private Duration wait = Duration.ZERO;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "json|yaml|table|short",
            defaultValue = "table",
            description = "How to print the result; short is what is not as it must be (default: ${DEFAULT-VALUE}).")
    private Output output = Output.TABLE;

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Category> categories =
                pre ? Category.before(systemNamespace) : installed(systemNamespace, mode == Mode.DENY);
        try (KubernetesClient client = ClusterClient.open()) {
            return look(console, client, categories, output, wait) ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        }
    }

    /** What is looked at of an installed Weir. */
    static List<Category> installed(String systemNamespace, boolean deny) {
        return Category.installed(systemNamespace, deny, new Sidecars(client -> {
            List<String> problems = new ArrayList<>();
            return new Sidecars.Heard(ControlPlaneAccess.in(systemNamespace).answers(client, problems), problems);
        }));
    }

    /**
     * Runs checks and prints what came of them.
     *
     * @param wait for how long to look again while one fails
     * @return whether none failed
     */
    static boolean look(
            Console console, KubernetesClient client, List<Category> categories, Output output, Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        CheckReport report = CheckReport.of(categories, client);
        while (!report.success() && System.nanoTime() < end) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            report = CheckReport.of(categories, client);
        }
        switch (output) {
            case TABLE -> console.out().print(report.text(console.style(), true));
            case SHORT -> console.out().print(report.text(console.style(), false));
            case JSON -> console.tree(Format.JSON, report.tree());
            case YAML -> console.tree(Format.YAML, report.tree());
        }
        return report.success();
    }
}
