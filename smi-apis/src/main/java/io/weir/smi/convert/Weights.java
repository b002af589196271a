package io.weir.smi.convert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The weights of TrafficSplit v1alpha1, which are quantities, as the integers of the later versions. */
public final class Weights {

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private Weights() {}

    /**
     * One weight as written.
     *
     * @param weight absent or null: 0
     * @return null where this is no quantity
     */
    public static @Nullable BigDecimal exact(@Nullable JsonNode weight) {
        if (weight == null || weight.isNull()) {
            return BigDecimal.ZERO;
        }
        return weight.isString() || weight.isNumber() ? Quantity.parse(weight.asString()) : null;
    }

    /**
     * The integers with the ratios of the quantities.
     *
     * <p>If all are integers they stand. Otherwise all are multiplied by 1000, as the SMI spec itself did from
     * v1alpha1 to v1alpha2, and what is below a thousandth rounds up, so that no share disappears.
     */
    public static List<BigInteger> scaled(List<BigDecimal> quantities) {
        boolean integers = quantities.stream().allMatch(Weights::isInteger);
        List<BigInteger> scaled = new ArrayList<>();
        for (BigDecimal quantity : quantities) {
            BigDecimal value = integers ? quantity : quantity.multiply(THOUSAND);
            scaled.add(value.setScale(0, RoundingMode.CEILING).toBigIntegerExact());
        }
        return List.copyOf(scaled);
    }

    private static boolean isInteger(BigDecimal quantity) {
        return quantity.stripTrailingZeros().scale() <= 0;
    }
}
