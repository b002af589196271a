package io.weir.bench;

import org.jspecify.annotations.Nullable;

/**
 * Something that is measured.
 *
 * @param peer what a well-known mesh's control plane was measured to need, at the usual size
 * @param reach what Weir is to reach there
 */
record Quantity(
        String name,
        String unit,
        @Nullable Double peer,
        @Nullable Double reach) {

    static final Quantity READY = new Quantity("control plane ready after start", "s", 0.35, 1.0);
    static final Quantity IDLE_RSS = of("RSS, no clients", "MB");
    static final Quantity ALONE = new Quantity("weight change, 1 client: receipt p50", "ms", 115.0, 15.0);

    static final Quantity ALONE_ANSWERED = of("weight change, 1 client: answer of the API server p50", "ms");

    static final Quantity CONNECT_LAST = new Quantity("all connect at once: last ready", "s", 12.8, 5.0);
    static final Quantity CONNECT_CPU = new Quantity("all connect at once: CPU", "s", 6.0, 4.0);
    static final Quantity CONNECT_REFUSED = new Quantity("all connect at once: streams refused", "", null, 0.0);
    static final Quantity CONNECT_BYTES = new Quantity("all connect at once: responses per client", "KB", 197.0, null);

    static final Quantity STEADY_CPU = of("nothing changes: CPU", "% of a core");
    static final Quantity RSS = new Quantity("RSS, all connected", "MB", 500.0, 250.0);

    static final Quantity WEIGHT_CPU = new Quantity("weight change: CPU", "s", 1.6, 0.16);
    static final Quantity WEIGHT_P50 = new Quantity("weight change: receipt p50", "ms", 930.0, null);
    static final Quantity WEIGHT_P99 = new Quantity("weight change: receipt p99", "ms", 1_650.0, 165.0);
    static final Quantity WEIGHT_LAST = new Quantity("weight change: last receipt", "ms", 1_660.0, null);
    static final Quantity WEIGHT_WIRE = new Quantity("weight change: wire", "MB", 59.0, 0.6);
    static final Quantity WEIGHT_COMMAND = of("weight change: the command that makes it p50", "ms");
    static final Quantity WEIGHT_DRIVER_CPU = of("weight change: CPU of the clients", "s");

    static final Quantity ENVOYS_WRONG =
            new Quantity("weight change: real Envoys without the last weight", "", null, 0.0);

    static final Quantity CHURN_P99 = new Quantity("endpoint churn: staleness p99", "ms", 10_000.0, 250.0);
    static final Quantity CHURN_CPU = new Quantity("endpoint churn: CPU", "% of a core", null, 30.0);
    static final Quantity CHURN_RATE = of("endpoint churn: changes really made", "1/s");

    static final Quantity AGAIN_BYTES = new Quantity("after a restart: responses per client", "KB", 197.0, 1.0);
    static final Quantity AGAIN_LAST = of("after a restart: last client back", "s");
    static final Quantity AGAIN_CPU = of("after a restart: CPU", "s");

    static final Quantity STUCK_RSS = new Quantity("clients that never read: RSS more", "MB", null, 20.0);
    static final Quantity STUCK_P99 = new Quantity("clients that never read: p99 of the others more", "%", null, 10.0);

    static final Quantity PEAK_RSS = of("RSS, peak", "MB");
    static final Quantity LONGEST_PAUSE = of("longest pause for garbage", "ms");
    static final Quantity LOST = of("connections that broke", "");

    /** The same in other circumstances, for which no figures of others are known. */
    Quantity where(String circumstances) {
        return of(circumstances + ": " + name, unit);
    }

    /** The same of a server that has nothing to reach. */
    Quantity alone() {
        return of(name, unit);
    }

    static Quantity of(String name, String unit) {
        return new Quantity(name, unit, null, null);
    }
}
