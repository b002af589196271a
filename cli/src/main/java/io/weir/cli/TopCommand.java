package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.cli.tap.Top;
import io.weir.telemetry.tap.TapEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
        name = "top",
        description = "Show live HTTP and gRPC requests of a workload by path: how many, with what success and latency,"
                + " since this was started. On a terminal the table is drawn again and again.",
        footer = {
            "",
            "Examples:",
            "  weir top web -n shop",
            "  weir top bookstore-v1 -n shop -f examples/bookstore",
            "  weir top deploy/bookstore-v1 --from deploy/bookbuyer --for 10s -f examples/bookstore",
            "  weir top svc/bookstore --for 1m -o json -f examples/bookstore"
        })
final class TopCommand implements Callable<Integer> {

    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final Duration BETWEEN_PRINTS = Duration.ofSeconds(10);

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--rows",
            paramLabel = "NUMBER",
            defaultValue = "30",
            description = "How many rows a table has at most, 1 to 5000: those with the most requests (default:"
                    + " ${DEFAULT-VALUE}).")
    private int rows = 30;

    @Mixin
    private final TapOptions options = new TapOptions();

    @Mixin
    private final TapAccess access = new TapAccess();

    @Mixin
    private final OutputOption output = new OutputOption();

    TopCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        if (rows < 1 || rows > Top.MOST_PATHS) {
            throw new ParameterException(spec.commandLine(), "--rows is from 1 to " + Top.MOST_PATHS + ", not " + rows);
        }
        boolean redraws = Looks.redraws(console) && output.format() == Format.TABLE;
        Top top = new Top();
        try (TapFeed feed = access.tap(options, console, spec)) {
            TapWatch watch = new TapWatch(options.length(), console);
            // A script that says how long wants one table, at the end.
            boolean between = redraws || options.length() == null;
            long pause = (redraws ? BETWEEN : BETWEEN_PRINTS).toNanos();
            long shown = System.nanoTime() - (redraws ? pause : 0);
            while (!watch.over()) {
                TapEvent event = feed.next(watch.patience());
                watch.saw(event);
                if (event != null && event.request() != null) {
                    top.add(event.request());
                }
                if (between && System.nanoTime() - shown >= pause) {
                    shown = System.nanoTime();
                    show(top, redraws);
                }
            }
        }
        show(top, redraws);
        return ExitCodes.OK;
    }

    private void show(Top top, boolean redraws) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        if (output.format() != Format.TABLE) {
            console.tree(output.format(), Map.of("end", now, "rows", top.tree()));
        } else if (redraws) {
            Looks.draw(now + "\n\n" + top.text(rows, console.style()), console);
        } else {
            console.out().print(top.text(rows, console.style()));
            console.out().flush();
        }
    }
}
