package io.weir.controlplane.source.directory;

import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/** YAML 1.2 core schema scalars as JSON values. */
final class YamlScalars {

    private static final ScalarResolver RESOLVER = new CoreSchema().getScalarResolver();
    /** Longer numerals stay text: parsing them is quadratic and no field takes them. */
    private static final int MAX_DIGITS = 40;

    private YamlScalars() {}

    static StringNode text(String value) {
        return JsonNodeFactory.instance.stringNode(value);
    }

    /** The value; null for a tag that can't be honoured. */
    static @Nullable JsonNode resolve(ScalarEvent event) {
        String value = event.getValue();
        String written = event.getTag().orElse(null);
        if (written == null || written.equals("!")) {
            return written == null && event.isPlain() ? plain(value) : text(value);
        }
        if (written.equals(Tag.STR.getValue())) {
            return text(value);
        }
        Tag resolved = RESOLVER.resolve(value, true);
        boolean fits = written.equals(resolved.getValue())
                || (written.equals(Tag.FLOAT.getValue()) && resolved.equals(Tag.INT));
        return fits ? plain(value) : null;
    }

    private static JsonNode plain(String value) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        Tag tag = RESOLVER.resolve(value, true);
        if (tag.equals(Tag.NULL)) {
            return factory.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return factory.booleanNode(value.toLowerCase(Locale.ROOT).equals("true"));
        }
        if (tag.equals(Tag.INT) && value.length() <= MAX_DIGITS) {
            return integer(value);
        }
        if (tag.equals(Tag.FLOAT)
                && value.length() <= MAX_DIGITS
                && !value.toLowerCase(Locale.ROOT).matches(".*[nf].*")) {
            double number = Double.parseDouble(value);
            return Double.isFinite(number) ? factory.numberNode(number) : text(value);
        }
        return text(value);
    }

    private static JsonNode integer(String value) {
        boolean negative = value.startsWith("-");
        String digits = negative || value.startsWith("+") ? value.substring(1) : value;
        int radix = digits.startsWith("0o") ? 8 : digits.startsWith("0x") ? 16 : 10;
        BigInteger number = new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
        BigInteger signed = negative ? number.negate() : number;
        JsonNodeFactory factory = JsonNodeFactory.instance;
        if (signed.bitLength() < Integer.SIZE) {
            return factory.numberNode(signed.intValue());
        }
        return signed.bitLength() < Long.SIZE ? factory.numberNode(signed.longValue()) : factory.numberNode(signed);
    }
}
