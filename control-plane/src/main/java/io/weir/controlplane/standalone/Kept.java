package io.weir.controlplane.standalone;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that is started again when it ends, until it is stopped. Used on the supervisor's thread only. */
final class Kept {

    /** How a process is made, and who hears of it; called on the supervisor's thread. */
    interface Owner {

        /** Starts the process, with whatever it must find when it starts. */
        ChildProcess launch() throws IOException;

        /** It ended though nobody stopped it, and will be started again. */
        void ended(String how, Duration again);
    }

    private static final Logger log = LoggerFactory.getLogger(Kept.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** One that lived this long did not end because of how it was started. */
    private static final Duration SOUND = Duration.ofSeconds(10);

    private static final Duration TIME_TO_END = Duration.ofSeconds(5);

    private final Turn turn;
    private final Owner owner;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private Duration pause = FIRST_PAUSE;
    private @Nullable ChildProcess process;
    private long startedAt;
    private boolean stopping;

    Kept(Turn turn, Owner owner) {
        this.turn = turn;
        this.owner = owner;
    }

    void start() {
        if (stopping) {
            return;
        }
        startedAt = System.nanoTime();
        try {
            ChildProcess started = owner.launch();
            process = started;
            started.onExit(status -> turn.run(() -> exited(started, "exit " + status)));
        } catch (IOException e) {
            again("it can't be started: " + e.getMessage());
        } catch (RuntimeException e) {
            // A bug in how one process is started must not keep the others from starting.
            log.error("a process can't be started", e);
            again("it can't be started: " + e);
        }
    }

    /** Asks it to end, ends it 5 s later, and starts it no more. Completes when it has ended. */
    CompletableFuture<Void> stop() {
        stopping = true;
        ChildProcess running = process;
        if (running == null) {
            stopped.complete(null);
        } else {
            running.terminate();
            turn.later(TIME_TO_END, running::kill);
        }
        return stopped;
    }

    private void exited(ChildProcess ended, String how) {
        if (process == ended) {
            process = null;
        }
        if (stopping) {
            stopped.complete(null);
        } else {
            again(how);
        }
    }

    private void again(String how) {
        if (System.nanoTime() - startedAt > SOUND.toNanos()) {
            pause = FIRST_PAUSE;
        }
        Duration wait = pause;
        pause = wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait.multipliedBy(2);
        owner.ended(how, wait);
        turn.later(wait, this::start);
    }
}
