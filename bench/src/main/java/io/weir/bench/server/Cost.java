package io.weir.bench.server;

import java.io.IOException;

/** What a server costs, as the system counts it: its garbage collector and its compiler count. */
public interface Cost {

    /** Of a server that runs who knows where: each figure is NaN. */
    Cost UNKNOWN = new Cost() {
        @Override
        public double cpuSeconds() {
            return Double.NaN;
        }

        @Override
        public double rssMb() {
            return Double.NaN;
        }
    };

    /** CPU of all its threads since it began. */
    double cpuSeconds() throws IOException;

    /** Resident memory now, in MB. */
    double rssMb() throws IOException;
}
