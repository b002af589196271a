package io.weir.telemetry.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as Go's {@code time.ParseDuration} reads and {@code Duration.String} writes them. */
final class GoDuration {

    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

    private static final Map<String, BigDecimal> NANOS = Map.of(
            "ns", new BigDecimal("1"),
            "us", new BigDecimal("1e3"),
            "µs", new BigDecimal("1e3"),
            "μs", new BigDecimal("1e3"),
            "ms", new BigDecimal("1e6"),
            "s", new BigDecimal("1e9"),
            "m", new BigDecimal("60e9"),
            "h", new BigDecimal("3600e9"));

    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    /** Longer ones are no sensible durations, and numbers of any size are slow to read. */
    private static final int MOST_CHARACTERS = 64;

    private GoDuration() {}

    /** Null if it is none, is negative, or is longer than Go can say (292 years). */
    static @Nullable Duration parse(String text) {
        String written = text.startsWith("+") ? text.substring(1) : text;
        if (written.equals("0")) {
            return Duration.ZERO;
        }
        if (written.isEmpty() || written.length() > MOST_CHARACTERS) {
            return null;
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(written);
        int read = 0;
        while (read < written.length() && part.find(read) && part.start() == read) {
            BigDecimal unit = NANOS.get(part.group(2));
            if (unit == null) {
                return null;
            }
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
            read = part.end();
        }
        return read < written.length() || nanos.compareTo(LARGEST) > 0 ? null : Duration.ofNanos(nanos.longValue());
    }

    /** {@code 1m30s}; of at least a second. */
    static String format(Duration duration) {
        long hours = duration.toHours();
        int minutes = duration.toMinutesPart();
        BigDecimal seconds =
                BigDecimal.valueOf(duration.toSecondsPart()).add(BigDecimal.valueOf(duration.toNanosPart(), 9));
        String written =
                (seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString()) + "s";
        if (hours > 0) {
            return hours + "h" + minutes + "m" + written;
        }
        return minutes > 0 ? minutes + "m" + written : written;
    }
}
