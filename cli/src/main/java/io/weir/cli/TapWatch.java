package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.telemetry.tap.TapEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long live requests are followed, and what is said of that on standard error. Used by one thread. */
final class TapWatch {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final @Nullable Long end;
    private final Console console;
    private TapEvent.@Nullable Watching told;

    /** @param length null: until the command is ended */
    TapWatch(@Nullable Duration length, Console console) {
        this.end = length == null ? null : (Long) (System.nanoTime() + length.toNanos());
        this.console = console;
    }

    boolean over() {
        return left() <= 0;
    }

    /** How long to wait for the next event. */
    Duration patience() {
        return Duration.ofNanos(Math.clamp(left(), 0, LONGEST_WAIT.toNanos()));
    }

    private long left() {
        return end == null ? Long.MAX_VALUE : end - System.nanoTime();
    }

    /** Says who doesn't tell, and what is missing. */
    void saw(@Nullable TapEvent event) {
        if (event == null) {
            return;
        }
        TapEvent.Watching watching = event.watching();
        if (watching != null && !watching.equals(told)) {
            told = watching;
            console.err()
                    .println("watching " + watching.listening() + " of " + watching.pods()
                            + (watching.pods() == 1 ? " sidecar" : " sidecars"));
        }
        if (event.dropped() != null) {
            ClusterMesh.aside(console, event.dropped() + " requests came too fast and are not shown");
        }
    }
}
