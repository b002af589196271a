package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.cli.output.Trees;
import io.weir.cli.tap.TapLines;
import io.weir.telemetry.tap.TapEvent;
import io.weir.telemetry.tap.TappedRequest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "tap",
        description =
                "Show live HTTP and gRPC requests of a workload, one a line when it has ended, as its sidecars see"
                        + " them: no bodies, no header fields. Sidecars tell of them only while this runs.",
        footer = {
            "",
            "Examples:",
            "  weir tap web -n shop",
            "  weir tap bookstore-v1 -n shop -f examples/bookstore",
            "  weir tap deploy/bookbuyer --to deploy/bookstore-v1 --method GET --path /books -f examples/bookstore",
            "  weir tap ns/shop --for 10s -o json -f examples/bookstore"
        })
final class TapCommand implements Callable<Integer> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final TapOptions options = new TapOptions();

    @Mixin
    private final TapAccess access = new TapAccess();

    @Mixin
    private final OutputOption output = new OutputOption();

    TapCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it runs a command");
        }
        TapLines lines = new TapLines(console.style());
        try (TapFeed feed = access.tap(options, console, spec)) {
            TapWatch watch = new TapWatch(options.length(), console);
            if (output.format() == Format.TABLE) {
                console.out().println(lines.head());
            }
            while (!watch.over()) {
                TapEvent event = feed.next(watch.patience());
                watch.saw(event);
                if (event != null && event.request() != null) {
                    print(event.request(), lines);
                }
            }
        }
        return ExitCodes.OK;
    }

    /** JSON has a line for each, YAML a document. */
    private void print(TappedRequest request, TapLines lines) {
        console.out()
                .print(
                        switch (output.format()) {
                            case TABLE -> lines.line(request) + "\n";
                            case JSON -> JSON.writeValueAsString(request) + "\n";
                            case YAML -> "---\n" + Trees.yaml(Trees.object(JSON.writeValueAsString(request)));
                        });
        console.out().flush();
    }
}
