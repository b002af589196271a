package io.weir.smi.convert;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** TrafficSplit: v1alpha1 has quantities for weights, and it and v1alpha2 have no {@code matches}. */
final class TrafficSplits implements Spoke {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public void toHub(ObjectNode object, String from) {
        if (from.equals("v1alpha3") || !(object.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        JsonNode matches = Annotations.read(object, Conversion.MATCHES);
        if (matches != null && !spec.has("matches")) {
            spec.set("matches", matches);
            Annotations.remove(object, Conversion.MATCHES);
        }
        if (from.equals("v1alpha1") && spec.get("backends") instanceof ArrayNode backends) {
            toIntegers(object, backends);
        }
    }

    @Override
    public void fromHub(ObjectNode object, String to) {
        if (to.equals("v1alpha3") || !(object.get("spec") instanceof ObjectNode spec)) {
            return;
        }
        JsonNode matches = spec.remove("matches");
        if (matches != null) {
            Annotations.write(object, Conversion.MATCHES, matches);
        }
        if (to.equals("v1alpha1") && spec.get("backends") instanceof ArrayNode backends) {
            toQuantities(object, backends);
        }
    }

    private static void toIntegers(ObjectNode object, ArrayNode backends) {
        Annotations.remove(object, Conversion.WEIGHTS);
        ArrayNode record = recordOf(backends);
        List<BigInteger> integers = integers(record);
        boolean plain = true;
        for (int i = 0; i < backends.size(); i++) {
            if (backends.get(i) instanceof ObjectNode backend) {
                JsonNode written = backend.get("weight");
                plain &= written != null
                        && written.isString()
                        && written.stringValue().equals(integers.get(i).toString());
                backend.set("weight", integerNode(integers.get(i)));
            }
        }
        if (!plain) {
            Annotations.write(object, Conversion.WEIGHTS, record);
        }
    }

    private static void toQuantities(ObjectNode object, ArrayNode backends) {
        JsonNode record = Annotations.read(object, Conversion.WEIGHTS);
        Annotations.remove(object, Conversion.WEIGHTS);
        boolean unchanged = record instanceof ArrayNode entries && stillSays(entries, backends);
        for (int i = 0; i < backends.size(); i++) {
            if (backends.get(i) instanceof ObjectNode backend) {
                JsonNode recorded = unchanged && record != null ? record.get(i).get("weight") : null;
                JsonNode current = backend.get("weight");
                if (unchanged && recorded == null) {
                    backend.remove("weight");
                } else if (recorded != null) {
                    backend.set("weight", recorded);
                } else if (current != null && current.isNumber()) {
                    backend.put("weight", current.asString());
                }
            }
        }
    }

    /** Whether the recorded quantities still give the current integers for the same services. */
    private static boolean stillSays(ArrayNode record, ArrayNode backends) {
        if (record.size() != backends.size()) {
            return false;
        }
        List<BigInteger> integers = integers(record);
        for (int i = 0; i < backends.size(); i++) {
            JsonNode backend = backends.get(i);
            if (!record.get(i).isObject()
                    || !backend.path("service").equals(record.get(i).path("service"))
                    || !Annotations.same(integerNode(integers.get(i)), backend.path("weight"))) {
                return false;
            }
        }
        return true;
    }

    private static ArrayNode recordOf(ArrayNode backends) {
        ArrayNode record = JSON.arrayNode();
        for (JsonNode backend : backends) {
            ObjectNode entry = record.addObject();
            copy(backend, "service", entry);
            copy(backend, "weight", entry);
        }
        return record;
    }

    private static void copy(JsonNode from, String field, ObjectNode to) {
        JsonNode value = from.get(field);
        if (value != null) {
            to.set(field, value);
        }
    }

    /** What is no quantity, or negative, counts as 0: validation refuses it, and 0 sends no traffic there. */
    private static List<BigInteger> integers(ArrayNode record) {
        List<BigDecimal> quantities = new ArrayList<>();
        for (JsonNode entry : record) {
            @Nullable BigDecimal exact = Weights.exact(entry.get("weight"));
            quantities.add(exact == null || exact.signum() < 0 ? BigDecimal.ZERO : exact);
        }
        return Weights.scaled(quantities);
    }

    private static JsonNode integerNode(BigInteger integer) {
        if (integer.bitLength() < Integer.SIZE) {
            return JSON.numberNode(integer.intValueExact());
        }
        return integer.bitLength() < Long.SIZE
                ? JSON.numberNode(integer.longValueExact())
                : JSON.numberNode(Long.MAX_VALUE);
    }
}
