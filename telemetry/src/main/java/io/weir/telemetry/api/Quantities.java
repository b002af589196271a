package io.weir.telemetry.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/**
 * Numbers as Kubernetes writes them in canonical form (M4): an integer with the largest suffix that keeps it one, at a
 * precision of a thousandth.
 */
final class Quantities {

    private static final List<String> SUFFIXES = List.of("m", "", "k", "M", "G", "T", "P", "E");
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);

    private Quantities() {}

    static String of(long value) {
        return canonical(BigInteger.valueOf(value).multiply(THOUSAND));
    }

    /** What is below a thousandth is cut off; what is no number is 0 (M6). */
    static String of(double value) {
        return Double.isFinite(value)
                ? canonical(BigDecimal.valueOf(value)
                        .movePointRight(3)
                        .setScale(0, RoundingMode.DOWN)
                        .toBigInteger())
                : "0";
    }

    private static String canonical(BigInteger thousandths) {
        if (thousandths.signum() == 0) {
            return "0";
        }
        BigInteger number = thousandths;
        int suffix = 0;
        while (suffix < SUFFIXES.size() - 1 && number.mod(THOUSAND).signum() == 0) {
            number = number.divide(THOUSAND);
            suffix++;
        }
        return number + SUFFIXES.get(suffix);
    }
}
