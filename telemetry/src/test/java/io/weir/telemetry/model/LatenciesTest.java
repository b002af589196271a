package io.weir.telemetry.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.smi.wellknown.EdgeStats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {

    private static final List<Integer> BOUNDS = EdgeStats.LATENCY_BUCKETS_MS;

    private static int bucket(double milliseconds) {
        return (int) BOUNDS.stream().filter(bound -> bound < milliseconds).count();
    }

    private static Latencies of(List<Double> milliseconds) {
        long[] counts = new long[BOUNDS.size() + 1];
        milliseconds.forEach(one -> counts[bucket(one)]++);
        return new Latencies(
                counts, milliseconds.stream().mapToDouble(Double::doubleValue).sum());
    }

    /** Microseconds, to which a sum is kept, in milliseconds. */
    private static double whole(double microseconds) {
        return Math.rint(microseconds) / 1_000;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.9, 0.99})
    void m9_a_quantile_of_merged_histograms_is_in_the_bucket_of_the_true_one(double q) {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            List<Double> all = new ArrayList<>();
            Latencies merged = Latencies.NONE;
            for (int pod = 0; pod < 4; pod++) {
                List<Double> those = new ArrayList<>();
                double typical = 1 + random.nextInt(2000);
                for (int i = random.nextInt(200); i >= 0; i--) {
                    those.add(whole(10 + random.nextDouble() * typical * 1_000));
                }
                all.addAll(those);
                merged = merged.plus(of(those));
            }
            Collections.sort(all);
            double exact = all.get((int) Math.ceil(q * all.size()) - 1);

            double quantile = merged.quantile(q);

            assertThat(bucket(quantile))
                    .as("%s of seed %d: %s", q, seed, quantile)
                    .isEqualTo(bucket(exact));
            assertThat(merged.count()).isEqualTo(all.size());
            assertThat(merged.sumMs())
                    .isCloseTo(all.stream().mapToDouble(Double::doubleValue).sum(), within(1e-6));
        }
    }

    @Test
    void the_sum_is_the_same_in_whatever_order_it_was_added_up() {
        Latencies one = of(List.of(0.1));
        Latencies two = of(List.of(0.2));
        Latencies three = of(List.of(0.3));

        assertThat(one.plus(two).plus(three)).isEqualTo(two.plus(three).plus(one));
        assertThat(one.plus(two).plus(three).sumMs()).isEqualTo(0.6);
    }

    @Test
    void m6_a_quantile_of_nothing_is_zero_and_one_above_all_bounds_is_the_last() {
        assertThat(Latencies.NONE.quantile(0.99)).isZero();
        assertThat(of(List.of(1e6)).quantile(0.5)).isEqualTo(60_000);
    }

    @Test
    void it_is_linear_within_a_bucket() {
        assertThat(of(List.of(160.0, 170.0, 180.0, 190.0)).quantile(0.5)).isEqualTo(175);
    }
}
