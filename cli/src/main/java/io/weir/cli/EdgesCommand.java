package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.stat.Talks;
import io.weir.cli.stat.Target;
import io.weir.cli.stat.Views;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.report.EdgeReport;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "edges",
        description = "Show who talks to whom, whether by mutual TLS, and with what success and latency.",
        footer = {
            "",
            "Examples:",
            "  weir edges -A",
            "  weir edges -f examples/bookstore",
            "  weir edges pods -n shop -t 5m -f examples/bookstore"
        })
final class EdgesCommand implements Callable<Integer> {

    /** Others than these are no ends of a connection. */
    private static final Set<ResourceKind> NO_ENDS = Set.of(ResourceKind.SERVICE, ResourceKind.TRAFFIC_SPLIT);

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND",
            description = "Between what: deployments, pods, namespaces, statefulsets, daemonsets, replicasets, jobs,"
                    + " replicationcontrollers or nodes (default: whatever workload each is, and what is outside of"
                    + " the mesh).")
    private @Nullable String kind;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "All namespaces, not those alone that have an end in one.")
    private boolean all;

    @Option(
            names = {"-w", "--watch"},
            description = "Look again and again.")
    private boolean watch;

    @Mixin
    private final TelemetryAccess access = new TelemetryAccess();

    @Mixin
    private final Looks looks = new Looks();

    @Mixin
    private final OutputOption output = new OutputOption();

    EdgesCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        ResourceKind between = kind == null ? null : kind(kind, spec);
        try (TelemetryAccess.Place place = access.open(console, all, spec)) {
            String namespace = place.namespace();
            Views views = new Views(console.style());
            looks.show(
                    place,
                    watch ? Looks.Often.ALWAYS : Looks.Often.ONCE,
                    output.format(),
                    new Looks.View(
                            report -> text(Talks.of(report, between, namespace), views, report),
                            report -> StatCommand.tree(
                                    report,
                                    "edges",
                                    Talks.of(report, between, namespace).tree())),
                    console);
        }
        return ExitCodes.OK;
    }

    private static String text(Talks talks, Views views, EdgeReport report) {
        return talks.rows().isEmpty()
                ? "no traffic was counted in the last " + Looks.text(Duration.ofSeconds(report.windowSeconds())) + "\n"
                : views.talks(talks);
    }

    private static ResourceKind kind(String text, CommandSpec spec) {
        Target target = Target.parse(text);
        if (target == null || target.name() != null || NO_ENDS.contains(target.kind())) {
            throw new ParameterException(spec.commandLine(), text + " is not a kind of what talks, such as pods");
        }
        return target.kind();
    }
}
