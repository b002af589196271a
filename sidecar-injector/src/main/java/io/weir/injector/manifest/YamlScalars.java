package io.weir.injector.manifest;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Scalars as kubectl's YAML library (goyaml.v2) takes them: much of YAML 1.1, so that {@code hostNetwork: yes} is true and
 * {@code defaultMode: 0644} is 420.
 */
final class YamlScalars {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Pattern INTEGER =
            Pattern.compile("([-+]?)(?:(0[xX])([0-9a-fA-F]+)|(0[bB])([01]+)|(0[oO]?)([0-7]+)|(0|[1-9][0-9]*))");
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?");

    /** Longer numerals stay text: parsing them takes long, and no field takes them. */
    private static final int MAX_DIGITS = 40;

    private YamlScalars() {}

    /** Null for a tag that can't be honoured. */
    static @Nullable JsonNode value(ScalarEvent event) {
        String text = event.getValue();
        String tag = event.getTag().orElse(event.isPlain() ? "" : Tag.STR.getValue());
        if (tag.isEmpty()) {
            return plain(text);
        }
        if (tag.equals("!") || tag.equals(Tag.STR.getValue())) {
            return NODES.stringNode(text);
        }
        JsonNode value = plain(text);
        boolean fits = (tag.equals(Tag.NULL.getValue()) && value.isNull())
                || (tag.equals(Tag.BOOL.getValue()) && value.isBoolean())
                || (tag.equals(Tag.INT.getValue()) && value.isIntegralNumber())
                || (tag.equals(Tag.FLOAT.getValue()) && value.isNumber());
        return fits ? value : null;
    }

    /** A scalar without quotes and tag. */
    static JsonNode plain(String text) {
        if (NULL.contains(text)) {
            return NODES.nullNode();
        }
        if (TRUE.contains(text) || FALSE.contains(text)) {
            return NODES.booleanNode(TRUE.contains(text));
        }
        boolean number = !text.isEmpty() && text.length() <= MAX_DIGITS && "+-.0123456789".indexOf(text.charAt(0)) >= 0;
        return number ? number(text) : NODES.stringNode(text);
    }

    private static JsonNode number(String text) {
        String digits = text.replace("_", "");
        var integer = INTEGER.matcher(digits);
        if (integer.matches()) {
            int radix =
                    integer.group(2) != null ? 16 : integer.group(4) != null ? 2 : integer.group(6) != null ? 8 : 10;
            String group = switch (radix) {
                case 16 -> integer.group(3);
                case 2 -> integer.group(5);
                case 8 -> integer.group(7);
                default -> integer.group(8);
            };
            return integer(new BigInteger(integer.group(1).replace("+", "") + group, radix));
        }
        return FLOAT.matcher(digits).matches() ? NODES.numberNode(new BigDecimal(digits)) : NODES.stringNode(text);
    }

    private static JsonNode integer(BigInteger number) {
        if (number.bitLength() < Integer.SIZE) {
            return NODES.numberNode(number.intValue());
        }
        return number.bitLength() < Long.SIZE ? NODES.numberNode(number.longValue()) : NODES.numberNode(number);
    }
}
