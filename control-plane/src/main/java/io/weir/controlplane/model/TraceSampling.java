package io.weir.controlplane.model;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How many of the traces that begin at a sidecar are kept. A trace that a caller began is kept if the caller keeps it.
 *
 * @param perMillion of a million traces, 0 to 1,000,000; 0 takes no part in any trace
 */
public record TraceSampling(int perMillion) {

    /** No traces. */
    public static final TraceSampling NONE = new TraceSampling(0);

    private static final int MILLION = 1_000_000;
    private static final BigDecimal PERCENT = BigDecimal.valueOf(10_000);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,4})?");

    public TraceSampling {
        if (perMillion < 0 || perMillion > MILLION) {
            throw new IllegalArgumentException(perMillion + " of a million");
        }
    }

    /** From a percentage with up to four decimals, {@code 0.5}; empty if it is none, or above 100. */
    public static Optional<TraceSampling> percent(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        int perMillion = new BigDecimal(text).multiply(PERCENT).intValueExact();
        return perMillion > MILLION ? Optional.empty() : Optional.of(new TraceSampling(perMillion));
    }

    /** As {@link #percent(String)} reads it. */
    public String asPercent() {
        return BigDecimal.valueOf(perMillion)
                .divide(PERCENT)
                .stripTrailingZeros()
                .toPlainString();
    }
}
