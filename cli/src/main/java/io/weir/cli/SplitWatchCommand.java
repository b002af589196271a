package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.stat.Shares;
import io.weir.cli.stat.Target;
import io.weir.cli.stat.Views;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.report.EdgeReport;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description =
                "Follow a TrafficSplit: of each backend the declared weight, the share of requests that it got, success"
                        + " and latency.",
        footer = {
            "",
            "Examples:",
            "  weir split watch bookstore -n shop",
            "  weir split watch bookstore -f examples/bookstore"
        })
final class SplitWatchCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "NAME", description = "The TrafficSplit, or NAMESPACE/NAME.")
    private String name = "";

    @Option(names = "--once", description = "Look once, and end.")
    private boolean once;

    @Mixin
    private final TelemetryAccess access = new TelemetryAccess();

    @Mixin
    private final Looks looks = new Looks();

    @Mixin
    private final OutputOption output = new OutputOption();

    SplitWatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        int slash = name.indexOf('/');
        String named = slash < 0 ? null : name.substring(0, slash);
        Target target = new Target(ResourceKind.TRAFFIC_SPLIT, name.substring(slash + 1));
        try (TelemetryAccess.Place place = access.open(console, false, spec)) {
            String namespace = named == null ? place.namespace() : named;
            Views views = new Views(console.style());
            looks.show(
                    place,
                    once ? Looks.Often.ONCE : Looks.Often.ALWAYS,
                    output.format(),
                    new Looks.View(
                            report -> {
                                Shares shares = one(report, namespace, target);
                                return Views.title(shares) + "\n" + views.shares(shares);
                            },
                            report -> StatCommand.tree(
                                    report,
                                    "trafficSplits",
                                    List.of(one(report, namespace, target).tree()))),
                    console);
        }
        return ExitCodes.OK;
    }

    private static Shares one(EdgeReport report, @Nullable String namespace, Target target) {
        List<Shares> found = StatCommand.shares(report, namespace, target, null);
        if (found.size() > 1) {
            throw new Failure(
                    "several namespaces have a TrafficSplit " + target.name(),
                    "name one of " + found.stream().map(Shares::name).collect(Collectors.joining(", ")));
        }
        return found.getFirst();
    }
}
