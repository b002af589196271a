package io.weir.telemetry.model;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Readings that are waited for no longer than this; the thread that looks them up is interrupted then. Few windows are looked up at
 * once, as each holds edges of the whole mesh in memory; the others wait for their turn, which is part of the time they have.
 */
public final class TimeLimit implements Readings {

    /** Windows that are looked up at once. */
    static final int MOST_AT_ONCE = 4;

    private final Readings readings;
    private final Duration limit;
    private final Semaphore turns = new Semaphore(MOST_AT_ONCE, true);

    /** @param limit for each window; totals are waited for */
    public TimeLimit(Readings readings, Duration limit) {
        this.readings = readings;
        this.limit = limit;
    }

    @Override
    public Answer window(Duration window) {
        return window(window, Scope.EVERYTHING);
    }

    @Override
    public Answer window(Duration window, Scope scope) {
        long endNanos = System.nanoTime() + limit.toNanos();
        FutureTask<Answer> answer = new FutureTask<>(() -> readings.window(window, scope));
        try {
            if (!turns.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return new Answer.TimedOut(limit);
            }
            Thread.ofVirtual().name("window").start(() -> {
                try {
                    answer.run();
                } finally {
                    // Not when nobody waits any more: what was interrupted may go on for a while.
                    turns.release();
                }
            });
            return answer.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            return new Answer.TimedOut(limit);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a window was looked up", e);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a window could not be looked up", failure.getCause());
        }
    }

    @Override
    public Map<Edge, Traffic> totals() {
        return readings.totals();
    }
}
