package io.weir.cli.stat;

import io.weir.cli.output.Style;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers in cells of tables. */
public final class Numbers {

    public static final String NOTHING = "-";

    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

    private Numbers() {}

    /** Success, requests a second, p50, p95, p99. */
    static List<String> golden(Golden golden, double seconds, Style style) {
        return List.of(
                success(golden.success(), style),
                golden.requests() == 0 ? NOTHING : rate(golden.requests() / seconds),
                millis(golden.quantile(0.5)),
                millis(golden.quantile(0.95)),
                millis(golden.quantile(0.99)));
    }

    /** Connections that ended, and bytes a second both ways. */
    static List<String> tcp(Golden golden, double seconds) {
        return golden.connections() == 0
                ? List.of(NOTHING, NOTHING)
                : List.of(
                        Long.toString(golden.connections()),
                        bytes((golden.sentBytes() + golden.receivedBytes()) / seconds));
    }

    /** @param success a share; null of nothing */
    public static String success(@Nullable Double success, Style style) {
        if (success == null) {
            return NOTHING;
        }
        // 99.997 % must not read as if nothing had failed.
        double percent = success < 1 ? Math.min(100 * success, 99.99) : 100;
        String text = String.format(Locale.ROOT, "%.2f%%", percent);
        return success == 1 ? style.good(text) : success < 0.95 ? style.bad(text) : style.warn(text);
    }

    static String percent(@Nullable Double share) {
        return share == null ? NOTHING : String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** A digit fewer where it says nothing. */
    private static String rate(double rate) {
        return String.format(Locale.ROOT, rate < 0.05 ? "%.3f" : rate < 999.95 ? "%.1f" : "%.0f", rate);
    }

    public static String millis(@Nullable Double value) {
        if (value == null) {
            return NOTHING;
        }
        return value < 999.5
                ? String.format(Locale.ROOT, value < 9.95 ? "%.1fms" : "%.0fms", value)
                : String.format(Locale.ROOT, "%.1fs", value / 1000);
    }

    public static String bytes(double value) {
        int unit = 0;
        double scaled = value;
        while (scaled >= 999.5 && unit < UNITS.size() - 1) {
            scaled /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || scaled >= 9.95 ? "%.0f%s" : "%.1f%s", scaled, UNITS.get(unit));
    }
}
