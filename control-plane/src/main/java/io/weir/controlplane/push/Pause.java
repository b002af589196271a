package io.weir.controlplane.push;

import java.time.Duration;

/**
 * How long after a change was taken the next one waits. A change after a quiet time waits for nobody. Under steady changes the pause follows
 * what they cost: to give a proxy something takes about 0.1 ms of a core (docs/performance.md). With twice that for each proxy, steady changes
 * take about half a core, however many proxies there are.
 */
final class Pause {

    private static final Duration FOR_EACH_PROXY = Duration.ofNanos(200_000);

    /** No proxy is behind for longer than this, and what it takes to tell it. */
    private static final Duration LONGEST = Duration.ofMillis(200);

    private Pause() {}

    /** After a change that concerned so many proxies. */
    static Duration after(int concerned) {
        Duration pause = FOR_EACH_PROXY.multipliedBy(concerned);
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
