package io.weir.telemetry.model;

import io.weir.smi.wellknown.EdgeStats;
import java.util.Arrays;
import java.util.List;

/**
 * How long requests took, in the buckets of {@link EdgeStats#LATENCY_BUCKETS_MS} and one above the last. Histograms of
 * several pods are added up; a quantile of a group comes from the sum, never from the quantiles of its members.
 */
public final class Latencies {

    private static final double MICROS = 1_000;

    public static final Latencies NONE = new Latencies(new long[EdgeStats.LATENCY_BUCKETS_MS.size() + 1], 0L);

    private final long[] counts;

    /** Whole, so that a sum does not depend on the order in which it was added up. */
    private final long sumMicros;

    /**
     * Of these counts.
     *
     * @param counts not cumulative, one for each bound and one more for what is above the last
     * @param sumMs is kept to the microsecond
     */
    public Latencies(long[] counts, double sumMs) {
        this(counts, Math.round(sumMs * MICROS));
    }

    private Latencies(long[] counts, long sumMicros) {
        if (counts.length != EdgeStats.LATENCY_BUCKETS_MS.size() + 1) {
            throw new IllegalArgumentException(counts.length + " buckets");
        }
        this.counts = counts.clone();
        this.sumMicros = sumMicros;
    }

    /**
     * Of these counts.
     *
     * @param counts not cumulative, one for each bound and one more for what is above the last
     */
    public static Latencies ofMicros(long[] counts, long sumMicros) {
        return new Latencies(counts, sumMicros);
    }

    public Latencies plus(Latencies other) {
        long[] sum = counts.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other.counts[i];
        }
        return new Latencies(sum, sumMicros + other.sumMicros);
    }

    public long count() {
        return Arrays.stream(counts).sum();
    }

    public double sumMs() {
        return sumMicros / MICROS;
    }

    public long sumMicros() {
        return sumMicros;
    }

    /** For each bound how many took at most so long; the last element is all of them. */
    public List<Long> cumulative() {
        Long[] cumulative = new Long[counts.length];
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            below += counts[i];
            cumulative[i] = below;
        }
        return List.of(cumulative);
    }

    /**
     * The quantile in milliseconds, linear within its bucket as Prometheus has it; 0 of none, the last bound where it lies
     * above that.
     *
     * @param q 0..1
     */
    public double quantile(double q) {
        long all = count();
        if (all == 0) {
            return 0;
        }
        double rank = q * all;
        long below = 0;
        double lower = 0;
        for (int i = 0; i < EdgeStats.LATENCY_BUCKETS_MS.size(); i++) {
            double upper = EdgeStats.LATENCY_BUCKETS_MS.get(i);
            if (counts[i] > 0 && below + counts[i] >= rank) {
                return lower + (upper - lower) * Math.max(0, rank - below) / counts[i];
            }
            below += counts[i];
            lower = upper;
        }
        return lower;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Latencies that && Arrays.equals(counts, that.counts) && sumMicros == that.sumMicros;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts) + " sum " + sumMs() + " ms";
    }
}
