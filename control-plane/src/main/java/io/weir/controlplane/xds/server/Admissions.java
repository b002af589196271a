package io.weir.controlplane.xds.server;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Who authenticates, and for how long a stream waits for it. To authenticate may mean to ask an API server, so no thread
 * that serves streams does it.
 *
 * @param threads may reject a task
 * @param patience from the stream's beginning, time in a queue included
 */
record Admissions(Executor threads, Duration patience) {

    /** As many as an API server answers at once without noticing. */
    private static final int AT_ONCE = 32;

    /** Less than it takes Envoy to give a stream up. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Some at once; as many as there may be streams wait. */
    static ThreadPoolExecutor pool(int mostWaiting) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                AT_ONCE,
                AT_ONCE,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(mostWaiting),
                Thread.ofVirtual().name("xds-admission-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    static Admissions on(Executor threads) {
        return new Admissions(threads, PATIENCE);
    }
}
