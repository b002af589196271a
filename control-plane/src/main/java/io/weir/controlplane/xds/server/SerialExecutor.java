package io.weir.controlplane.xds.server;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after the other, in order, on another executor's threads. A stream's responses must not overtake one
 * another: routes before their clusters are 503s.
 */
final class SerialExecutor implements Executor {

    private final Executor threads;
    private final Thread.UncaughtExceptionHandler failures;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    SerialExecutor(Executor threads, Thread.UncaughtExceptionHandler failures) {
        this.threads = threads;
        this.failures = failures;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        threads.execute(this::drain);
    }

    private void drain() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException e) {
                failures.uncaughtException(Thread.currentThread(), e);
            }
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable task = waiting.poll();
            running = task != null;
            return task;
        }
    }
}
