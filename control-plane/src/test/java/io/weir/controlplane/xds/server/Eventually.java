package io.weir.controlplane.xds.server;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Looks again and again at something that tells nobody when it changes: another process, or another thread's end. */
final class Eventually {

    private Eventually() {}

    static void holds(String what, Supplier<String> otherwise, BooleanSupplier condition) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || never.await(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("never: " + what + "\n" + otherwise.get());
            }
        }
    }
}
