package io.weir.bench.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** When each of some clients got somewhere, the first time. */
public final class Arrivals {

    private static final long NOT_YET = Long.MIN_VALUE;

    private final AtomicLongArray times;
    private final CountDownLatch missing;

    public Arrivals(int clients) {
        times = new AtomicLongArray(clients);
        missing = new CountDownLatch(clients);
        for (int client = 0; client < clients; client++) {
            times.set(client, NOT_YET);
        }
    }

    /** From any thread; only the first time counts. */
    public void arrived(int client, long nanos) {
        if (times.compareAndSet(client, NOT_YET, nanos)) {
            missing.countDown();
        }
    }

    /** Whether all arrived in time. */
    public boolean await(Duration patience) throws InterruptedException {
        return missing.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    public long missing() {
        return missing.getCount();
    }

    /** Of those that arrived, how many milliseconds after a moment. */
    public double[] millisSince(long nanos) {
        double[] millis = new double[times.length()];
        int arrived = 0;
        for (int client = 0; client < millis.length; client++) {
            if (times.get(client) != NOT_YET) {
                millis[arrived++] = (times.get(client) - nanos) / 1e6;
            }
        }
        return Arrays.copyOf(millis, arrived);
    }
}
