package io.weir.controlplane.xds.server;

import io.weir.controlplane.xds.cache.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that moves only when a test says so. */
final class ManualTimers implements Timers {

    private record Task(long at, Runnable work) {}

    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::at));
    private long nanos;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Instant now() {
        return EPOCH.plusNanos(nanos);
    }

    @Override
    public synchronized void after(Duration delay, Runnable task) {
        tasks.add(new Task(nanos + delay.toNanos(), task));
    }

    void advance(Duration by) {
        long end = nanos() + by.toNanos();
        for (Task task = next(end); task != null; task = next(end)) {
            task.work().run();
        }
    }

    private synchronized Task next(long end) {
        Task task = tasks.peek();
        if (task == null || task.at() > end) {
            nanos = end;
            return null;
        }
        nanos = Math.max(nanos, task.at());
        return tasks.poll();
    }
}
