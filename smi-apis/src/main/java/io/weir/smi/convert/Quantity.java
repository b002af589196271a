package io.weir.smi.convert;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Kubernetes quantities, exactly: {@code 500m}, {@code 1k}, {@code 2Ki}, {@code 1e3}, {@code 0.5}. */
public final class Quantity {

    /** No exponent beyond this is a sensible weight, and a large one would cost unbounded memory. */
    private static final int MAX_EXPONENT = 30;

    private static final Pattern FORM = Pattern.compile(
            "([+-]?(?:[0-9]{1,40}(?:\\.[0-9]{0,40})?|\\.[0-9]{1,40}))(?:([KMGTPE]i|[numkMGTPE]?)|[eE]([+-]?[0-9]{1,4}))");

    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    private static final Map<String, BigDecimal> FACTORS = Map.ofEntries(
            Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
            Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
            Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
            Map.entry("", BigDecimal.ONE),
            Map.entry("k", BigDecimal.ONE.movePointRight(3)),
            Map.entry("M", BigDecimal.ONE.movePointRight(6)),
            Map.entry("G", BigDecimal.ONE.movePointRight(9)),
            Map.entry("T", BigDecimal.ONE.movePointRight(12)),
            Map.entry("P", BigDecimal.ONE.movePointRight(15)),
            Map.entry("E", BigDecimal.ONE.movePointRight(18)),
            Map.entry("Ki", KIBI),
            Map.entry("Mi", KIBI.pow(2)),
            Map.entry("Gi", KIBI.pow(3)),
            Map.entry("Ti", KIBI.pow(4)),
            Map.entry("Pi", KIBI.pow(5)),
            Map.entry("Ei", KIBI.pow(6)));

    private Quantity() {}

    /** The exact number; null where the text is no quantity, or its exponent is beyond 30. */
    public static @Nullable BigDecimal parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String exponent = matcher.group(3);
        if (exponent == null) {
            return number.multiply(FACTORS.get(matcher.group(2)));
        }
        int shift = Integer.parseInt(exponent);
        return Math.abs(shift) > MAX_EXPONENT ? null : number.scaleByPowerOfTen(shift);
    }
}
