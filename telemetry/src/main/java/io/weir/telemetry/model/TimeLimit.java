package io.weir.telemetry.model;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Readings that are waited for no longer than this; the thread that looks them up is interrupted then.
 *
 * @param limit for each window; totals are waited for
 */
public record TimeLimit(Readings readings, Duration limit) implements Readings {

    @Override
    public Answer window(Duration window) {
        return window(window, Scope.EVERYTHING);
    }

    @Override
    public Answer window(Duration window, Scope scope) {
        FutureTask<Answer> answer = new FutureTask<>(() -> readings.window(window, scope));
        Thread.ofVirtual().name("window").start(answer);
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
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
