package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.stat.Shares;
import io.weir.cli.stat.Stat;
import io.weir.cli.stat.Target;
import io.weir.cli.stat.Views;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.report.EdgeReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "stat",
        description =
                "Show success, requests a second and latency of workloads, Services, namespaces or TrafficSplits, as"
                        + " sidecars counted them; no Prometheus is needed.",
        footer = {
            "",
            "Examples:",
            "  weir stat -n shop",
            "  weir stat -f examples/bookstore",
            "  weir stat svc/bookstore -n shop -t 5m -f examples/bookstore",
            "  weir stat deploy/bookstore-v1 --from deploy/bookbuyer --watch -f examples/bookstore",
            "  weir stat ts -f examples/bookstore"
        })
final class StatCommand implements Callable<Integer> {

    private static final int MOST_NAMES = 10;

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND[/NAME]",
            defaultValue = "deployments",
            description = "What to show: " + Target.KINDS + " (default: ${DEFAULT-VALUE}); or one of them, deploy/web.")
    private String of = "deployments";

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Objects of all namespaces.")
    private boolean all;

    @Option(names = "--from", paramLabel = "KIND[/NAME]", description = "Only what came from there, of any namespace.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "KIND[/NAME]",
            description = "Not what was received, but what was sent there, of any namespace.")
    private @Nullable String to;

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

    StatCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        Target target = target(of, spec);
        Target source = from == null ? null : target(from, spec);
        Target destination = to == null ? null : target(to, spec);
        if (source != null && destination != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--from is of what was received, --to of what was sent:" + " name one of the two");
        }
        boolean split = target.kind() == ResourceKind.TRAFFIC_SPLIT;
        if (split && destination != null) {
            throw new ParameterException(spec.commandLine(), "a TrafficSplit sends nothing: --to is for others");
        }
        try (TelemetryAccess.Place place = access.open(console, all, spec)) {
            Views views = new Views(console.style());
            String namespace = place.namespace();
            Looks.View view = split
                    ? new Looks.View(
                            report -> shares(report, namespace, target, source).stream()
                                    .map(shares -> Views.title(shares) + "\n" + views.shares(shares))
                                    .collect(Collectors.joining("\n")),
                            report -> tree(
                                    report,
                                    "trafficSplits",
                                    shares(report, namespace, target, source).stream()
                                            .map(Shares::tree)
                                            .toList()))
                    : new Looks.View(
                            report -> views.stat(stat(report, namespace, target, source, destination)),
                            report -> tree(
                                    report,
                                    "rows",
                                    stat(report, namespace, target, source, destination)
                                            .tree()));
            looks.show(place, watch ? Looks.Often.ALWAYS : Looks.Often.ONCE, output.format(), view, console);
        }
        return ExitCodes.OK;
    }

    private static Target target(String text, CommandSpec spec) {
        Target target = Target.parse(text);
        if (target == null) {
            throw new ParameterException(
                    spec.commandLine(), text + " is not KIND or KIND/NAME, with one of " + Target.KINDS);
        }
        return target;
    }

    private static Stat stat(
            EdgeReport report,
            @Nullable String namespace,
            Target target,
            @Nullable Target source,
            @Nullable Target destination) {
        Stat stat = Stat.of(report, new Stat.Question(target, namespace, source, destination));
        if (stat.rows().isEmpty()) {
            throw absent(target, namespace, Stat.names(report, target.kind(), namespace));
        }
        return stat;
    }

    /** At least one. */
    static List<Shares> shares(EdgeReport report, @Nullable String namespace, Target target, @Nullable Target source) {
        List<Shares> shares = Shares.of(report, namespace, target.name(), source);
        if (shares.isEmpty()) {
            throw absent(
                    target,
                    namespace,
                    Shares.of(report, namespace, null, null).stream()
                            .map(Shares::name)
                            .toList());
        }
        return shares;
    }

    private static Failure absent(Target target, @Nullable String namespace, List<String> others) {
        return new Failure(
                "there is no " + target.kind().kind() + (target.name() == null ? "" : " " + target.name())
                        + (namespace == null ? "" : " in namespace " + namespace),
                (others.isEmpty()
                                ? "see weir stat pods"
                                : "there are: "
                                        + others.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                                        + (others.size() > MOST_NAMES ? ", ..." : ""))
                        + (namespace == null ? "" : "; -n names another namespace, -A shows all"));
    }

    /** What every tree begins with. */
    static Map<String, Object> tree(EdgeReport report, String key, Object rows) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("windowSeconds", report.windowSeconds());
        tree.put("start", report.start().toString());
        tree.put("end", report.end().toString());
        tree.put(key, rows);
        tree.put("unavailable", Looks.unavailable(report));
        return tree;
    }
}
