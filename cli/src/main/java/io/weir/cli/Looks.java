package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.telemetry.report.EdgeReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Over which window, and whether once or again and again. */
final class Looks {

    private static final Duration BETWEEN = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final int MOST_NAMES = 5;

    /** To the upper left corner, and each line to its end, so that nothing flickers. */
    private static final String HOME = "\u001b[H";

    private static final String REST_OF_LINE = "\u001b[K\n";
    private static final String REST_OF_SCREEN = "\u001b[J";

    @Option(
            names = {"-t", "--window"},
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = DurationText.class,
            description = "Of the last so long, 1s to 24h: 30s, 5m, 1h (default: ${DEFAULT-VALUE}).")
    private Duration window = Duration.ofSeconds(30);

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /** For picocli, which fills it. */
    Looks() {}

    Looks(Duration window) {
        this.window = window;
    }

    /** How often. */
    enum Often {
        ONCE,
        /** Until the command is ended. */
        ALWAYS
    }

    /** What a look is for people and for programs. */
    record View(Function<EdgeReport, String> text, Function<EdgeReport, Map<String, Object>> tree) {}

    /** A pause between looks; false: there is no look after it. */
    @FunctionalInterface
    interface Pause {
        boolean over(Duration length);

        /** For as long as nobody interrupts. */
        static boolean parked(Duration length) {
            LockSupport.parkNanos(length.toNanos());
            return !Thread.interrupted();
        }
    }

    /**
     * Asks, and prints.
     *
     * @throws Failure if it is asked once, and a part of the window is not known
     */
    void show(TelemetryAccess.Place place, Often often, Format format, View view, Console console) {
        show(place, often, format, view, console, Pause::parked);
    }

    void show(TelemetryAccess.Place place, Often often, Format format, View view, Console console, Pause pause) {
        if (spec != null && (window.isZero() || window.compareTo(LONGEST) > 0)) {
            throw new ParameterException(spec.commandLine(), "-t is from 1s to 24h, not " + text(window));
        }
        boolean redraw = often == Often.ALWAYS && redraws(console) && format == Format.TABLE;
        Duration length;
        do {
            length = BETWEEN;
            switch (place.ask(window)) {
                case TelemetryAccess.Told.Report(EdgeReport report) ->
                    print(report, redraw, format, view, console, often);
                case TelemetryAccess.Told.NotYet(EdgeReport.Incomplete why) -> {
                    if (often == Often.ONCE) {
                        throw new Failure(
                                "not all of the last " + text(window) + " is known: " + why.reason(),
                                "run it again in " + why.retryAfterSeconds()
                                        + " s, or with --watch; or ask for less with -t");
                    }
                    String waits = "not all of the last " + text(window) + " is known yet: " + why.reason();
                    if (redraw) {
                        draw(waits + "\n", console);
                    } else {
                        ClusterMesh.aside(console, waits);
                        length = Duration.ofSeconds(Math.clamp(why.retryAfterSeconds(), 1, 10));
                    }
                }
            }
        } while (often == Often.ALWAYS && pause.over(length));
    }

    /** Whether what was printed can be drawn over. */
    static boolean redraws(Console console) {
        return console.environment().getOrDefault("WEIR_TTY", "").equals("1")
                && !console.environment().getOrDefault("TERM", "dumb").equals("dumb");
    }

    private static void print(
            EdgeReport report, boolean redraw, Format format, View view, Console console, Often often) {
        if (format != Format.TABLE) {
            console.tree(format, view.tree().apply(report));
            return;
        }
        String text = view.text().apply(report);
        String silent = silent(report);
        if (redraw) {
            String head = "last " + text(Duration.ofSeconds(report.windowSeconds())) + ", " + report.end() + "\n\n";
            draw(head + text + (silent.isEmpty() ? "" : "\n" + silent + "\n"), console);
            return;
        }
        if (often == Often.ALWAYS) {
            console.out().println(report.end());
        }
        console.out().print(text);
        if (!silent.isEmpty()) {
            ClusterMesh.aside(console, silent);
        }
    }

    /** Whose edges are missing; empty if nobody's. */
    private static String silent(EdgeReport report) {
        List<String> pods = unavailable(report);
        return pods.isEmpty()
                ? ""
                : pods.size() + (pods.size() == 1 ? " sidecar tells" : " sidecars tell")
                        + " nothing (Envoy counts from 1.39 on; or it does not run): "
                        + String.join(", ", pods.subList(0, Math.min(MOST_NAMES, pods.size())))
                        + (pods.size() > MOST_NAMES ? ", ..." : "");
    }

    /** In place of what was drawn before. */
    static void draw(String text, Console console) {
        console.out().print(HOME + text.replace("\n", REST_OF_LINE) + REST_OF_SCREEN);
        console.out().flush();
    }

    /** Pods whose sidecars tell nothing, {@code namespace/name}. */
    static List<String> unavailable(EdgeReport report) {
        return report.pods().stream()
                .filter(pod -> pod.sidecar() == EdgeReport.Sidecar.UNAVAILABLE)
                .map(pod -> pod.self().namespace() + "/" + pod.self().pod())
                .toList();
    }

    static String text(Duration window) {
        long seconds = window.toSeconds();
        return seconds % 3600 == 0 ? seconds / 3600 + " h" : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }
}
