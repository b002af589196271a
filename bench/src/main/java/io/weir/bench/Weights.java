package io.weir.bench;

import io.weir.bench.client.Kind;
import io.weir.bench.client.Needle;
import java.io.IOException;

/** A weight that every client sees, which is another in each round; and how it is found in what clients receive. */
interface Weights {

    /** What it is in a round. */
    int weight(int round);

    /** What a client has received which knows a round's weight. */
    Needle needle(int round);

    /** Whether it is worth looking there. */
    boolean mayBeIn(Kind kind);

    /**
     * Makes it that of a round.
     *
     * @return when that began, as {@link System#nanoTime} counts
     */
    long weigh(int round) throws IOException, InterruptedException;
}
