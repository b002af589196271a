package io.weir.smi.validate;

import io.weir.smi.Violation;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Numbers as JSON has them: {@code 80}, {@code 80.0} and {@code 8e1} are the same. */
final class Numbers {

    private static final int MAX_PORT = 65535;

    private Numbers() {}

    /** The whole number that a JSON number is; null where it is none, or does not fit 64 bits. */
    static @Nullable Long whole(@Nullable JsonNode node) {
        if (node == null || !node.isNumber()) {
            return null;
        }
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? node.longValue() : null;
        }
        double value = node.doubleValue();
        // Beyond 2^53 a double is no exact integer; NaN fails the comparison as well.
        if (!(Math.abs(value) <= 0x1p53) || value != Math.rint(value)) {
            return null;
        }
        BigDecimal exact = node.decimalValue();
        return exact.stripTrailingZeros().scale() <= 0 ? exact.longValueExact() : null;
    }

    static Stream<Violation> port(Field field) {
        Long port = whole(field.node());
        return port != null && port >= 1 && port <= MAX_PORT
                ? Stream.empty()
                : field.error(Codes.PORT, "This is no port number.", "Use a whole number from 1 to 65535, unquoted.");
    }
}
