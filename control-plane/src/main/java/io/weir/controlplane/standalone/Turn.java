package io.weir.controlplane.standalone;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a supervisor's state. Exits of processes, answers of the control plane and times that are
 * up each become a task here, so that none of them meets another half done.
 */
final class Turn implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Turn.class);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("supervisor").daemon().factory());

    Turn() {
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs the task after those that came before; not at all once closed. */
    void run(Runnable task) {
        later(Duration.ZERO, task);
    }

    /** Runs the task when the time is up, unless it is cancelled before. */
    @CanIgnoreReturnValue
    Future<?> later(Duration delay, Runnable task) {
        try {
            return thread.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("too late: the supervisor has ended", e);
            return CompletableFuture.completedFuture(null);
        }
    }

    /** What is still waiting for its time is dropped. */
    @Override
    public void close() {
        thread.shutdown();
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            // The executor would keep it in a future that nobody reads.
            log.error("a supervisor task failed", e);
        }
    }
}
