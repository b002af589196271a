package io.weir.controlplane.xds.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Time as streams see it, so that tests turn the clock by hand. */
public interface Timers {

    /** A monotonic clock, in nanoseconds. */
    long nanos();

    /** The wall clock, for what people read. */
    Instant now();

    /** Runs a short task once, after a delay. */
    void after(Duration delay, Runnable task);

    /** The system's clocks; tasks run on {@code executor}. */
    static Timers system(ScheduledExecutorService executor) {
        return new Timers() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            @SuppressWarnings("FutureReturnValueIgnored") // a task reports its own failures
            public void after(Duration delay, Runnable task) {
                executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
