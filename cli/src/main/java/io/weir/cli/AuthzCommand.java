package io.weir.cli;

import io.weir.cli.authz.Denials;
import io.weir.cli.authz.Shown;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.telemetry.denial.DenialReport;
import io.weir.telemetry.denial.DenialReport.Entry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "authz",
        description =
                "List what policy denied lately, and what it would have denied in deny mode: who called whom, with"
                        + " what, why it was refused, and the command that explains it.",
        footer = {"", "Examples:", "  weir authz -A --since 1h", "  weir authz -f examples/bookstore --watch"})
final class AuthzCommand implements Callable<Integer> {

    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Console console;
    private final Looks.Pause pause;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "In all namespaces of the cluster.")
    private boolean all;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "15m",
            converter = DurationText.class,
            description = "Of the last so long, 1s to 24h (default: ${DEFAULT-VALUE}).")
    private Duration since = Duration.ofMinutes(15);

    @Option(
            names = {"-w", "--watch"},
            description = "Print those that follow, too, until Ctrl-C.")
    private boolean watch;

    @Mixin
    private final DenialsAccess access = new DenialsAccess();

    @Mixin
    private final OutputOption output = new OutputOption();

    /** What all replicas have to say at one moment. */
    private record Look(Denials found, long dropped) {}

    AuthzCommand(Console console) {
        this(console, Looks.Pause::parked);
    }

    AuthzCommand(Console console, Looks.Pause pause) {
        this.console = console;
        this.pause = pause;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        if (since.isZero() || since.compareTo(LONGEST) > 0) {
            throw new ParameterException(spec.commandLine(), "--since is from 1s to 24h, not " + Looks.text(since));
        }
        try (DenialsAccess.Place place = access.open(console, all, spec)) {
            Look first = look(place);
            if (output.format() == Format.TABLE) {
                table(first, place);
            } else {
                tree(first.found(), first.dropped(), place);
            }
            Shown shown = new Shown();
            shown.fresh(first.found().entries());
            while (watch && pause.over(BETWEEN)) {
                Look next = look(place);
                List<Entry> fresh = shown.fresh(next.found().entries());
                if (fresh.isEmpty()) {
                    continue;
                }
                if (output.format() == Format.TABLE) {
                    console.out().print(next.found().text(place.folder(), console.style(), fresh));
                } else {
                    tree(new Denials(fresh), next.dropped(), place);
                }
            }
        }
        return ExitCodes.OK;
    }

    private Look look(DenialsAccess.Place place) {
        List<DenialReport> reports = place.ask(since);
        // The same replica may be asked by two ways.
        Map<String, Entry> byId = new LinkedHashMap<>();
        reports.forEach(report -> report.denials().forEach(one -> byId.putIfAbsent(one.id(), one)));
        return new Look(
                new Denials(List.copyOf(byId.values())).in(place.namespace()),
                reports.stream().mapToLong(DenialReport::dropped).sum());
    }

    private void table(Look look, DenialsAccess.Place place) {
        Denials found = look.found();
        if (found.entries().isEmpty()) {
            console.out()
                    .println("nothing was denied in the last " + Looks.text(since)
                            + (place.namespace() == null ? "" : " with an end in namespace " + place.namespace()));
        } else {
            console.out().print(found.text(place.folder(), console.style()));
        }
        if (look.dropped() > 0) {
            ClusterMesh.aside(
                    console,
                    look.dropped()
                            + " more are not listed: one sidecar may tell of 100 a second and keeps the last 200");
        }
    }

    private void tree(Denials found, long dropped, DenialsAccess.Place place) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("denials", found.tree(place.folder()));
        tree.put("dropped", dropped);
        console.tree(output.format(), tree);
    }
}
