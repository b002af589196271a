package io.weir.cli.demo;

import java.util.List;
import java.util.Set;

/** What the demo knows about {@code examples/bookstore}. */
final class Bookstore {

    static final String BUYER = "customers/bookbuyer";
    static final String THIEF = "customers/bookthief";
    static final String V1 = "shop/bookstore-v1";
    static final String V2 = "shop/bookstore-v2";
    static final String INVENTORY = "shop/inventory";

    /** All that should run. */
    static final Set<String> WORKLOADS = Set.of(BUYER, THIEF, V1, V2, INVENTORY);

    /** Those who call, and count. */
    static final List<String> CALLERS = List.of(BUYER, THIEF, V1, V2);

    static final String SPLIT = "shop/bookstore";
    static final String SPLIT_FILE = "traffic-split.yaml";

    static final Tally.Author FROM_V1 = new Tally.Author("bookstore", "v1");
    static final Tally.Author FROM_V2 = new Tally.Author("bookstore", "v2");

    /** The way of a canary. */
    static final List<Weights> STEPS =
            List.of(new Weights(100, 0), new Weights(90, 10), new Weights(50, 50), new Weights(0, 100));

    private Bookstore() {}

    /** Of the TrafficSplit, for its two backends. */
    record Weights(int v1, int v2) {

        /** The share of the requests that this backend should get, 0 to 1; NaN where no backend has weight. */
        double share(Tally.Author backend) {
            return (backend.equals(FROM_V1) ? v1 : v2) / (double) (v1 + v2);
        }

        @Override
        public String toString() {
            return v1 + "/" + v2;
        }
    }
}
