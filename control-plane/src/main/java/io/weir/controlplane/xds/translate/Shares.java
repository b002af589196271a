package io.weir.controlplane.xds.translate;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Fits weights into what Envoy takes: each at least 1, and at most 2^32-1 together. */
final class Shares {

    private static final BigInteger MOST = BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE);

    private Shares() {}

    /** The weights as they are if they fit, else scaled down; a share never vanishes. Each weight is at least 1. */
    static List<Long> fit(List<BigInteger> weights) {
        BigInteger total = weights.stream().reduce(BigInteger.ZERO, BigInteger::add);
        List<Long> fitted = new ArrayList<>();
        for (BigInteger weight : weights) {
            BigInteger scaled = total.compareTo(MOST) <= 0
                    ? weight
                    // Room for every weight to be rounded up to 1.
                    : weight.multiply(MOST.subtract(BigInteger.valueOf(weights.size())))
                            .divide(total)
                            .max(BigInteger.ONE);
            fitted.add(scaled.longValueExact());
        }
        return fitted;
    }
}
