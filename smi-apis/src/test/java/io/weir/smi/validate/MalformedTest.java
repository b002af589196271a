package io.weir.smi.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.Decoded;
import io.weir.smi.RandomObjects;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiReader;
import io.weir.smi.Violation;
import io.weir.smi.convert.Conversion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Valid objects, broken in thousands of ways. */
final class MalformedTest {

    private static final int SEEDS = 4000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Somewhere in an object: a field, or an element of a list. */
    private record Place(String path, JsonNode parent, String key, int index) {
        JsonNode get() {
            return parent.isArray() ? parent.get(index) : parent.get(key);
        }

        void set(JsonNode value) {
            if (parent instanceof ArrayNode array) {
                array.set(index, value);
            } else {
                ((ObjectNode) parent).set(key, value);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void a_value_of_another_type_anywhere_is_reported_where_it_stands(SmiKind kind) {
        int broken = 0;
        for (String version : kind.versions()) {
            for (int seed = 0; seed < 200; seed++) {
                int places = places(new RandomObjects(seed).of(kind, version)).size();
                for (int i = 0; i < places; i++) {
                    for (JsonNode wrong : List.of(
                            JSON.booleanNode(true),
                            JSON.arrayNode().add(JSON.arrayNode()),
                            JSON.objectNode().set("?", JSON.objectNode()))) {
                        ObjectNode object = new RandomObjects(seed).of(kind, version);
                        Place place = places(object).get(i);
                        if (place.get().getNodeType() == wrong.getNodeType()
                                || isIgnored(kind, version, place.path())) {
                            continue;
                        }
                        place.set(wrong);
                        broken++;
                        assertThat(Validation.validate(object))
                                .as("%s in %s", place.path(), object)
                                .anyMatch(v -> v.severity() == Violation.Severity.ERROR
                                        && v.field().startsWith(place.path()));
                    }
                }
            }
        }
        assertThat(broken).isGreaterThan(1000);
    }

    /** Fields that do nothing in their version, and the head, whose errors name no version to judge by. */
    private static boolean isIgnored(SmiKind kind, String version, String path) {
        return path.startsWith("apiVersion")
                || path.startsWith("kind")
                || path.matches("(spec\\.)?sources\\[[0-9]+]\\.port")
                || (kind == SmiKind.TCP_ROUTE && !version.equals("v1alpha4") && path.startsWith("spec"));
    }

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void nothing_makes_the_reader_throw(SmiKind kind) {
        int valid = 0;
        int invalid = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            String version = kind.versions().get(seed % kind.versions().size());
            ObjectNode object = new RandomObjects(seed).of(kind, version);
            for (int i = 0; i <= random.nextInt(3); i++) {
                mutate(object, random);
            }
            switch (SmiReader.read(object)) {
                case Decoded.Valid decoded -> {
                    valid++;
                    assertThat(decoded.violations()).as("%s", object).noneMatch(Validation::isFatal);
                }
                case Decoded.Invalid decoded -> {
                    invalid++;
                    assertThat(decoded.violations()).as("%s", object).anyMatch(Validation::isFatal);
                }
            }
            if (SmiKind.of(
                            object.path("apiVersion").asString(""),
                            object.path("kind").asString(""))
                    == kind) {
                kind.versions().forEach(to -> Conversion.convert(object, kind.group() + "/" + to));
            }
        }
        assertThat(valid).isGreaterThan(100);
        assertThat(invalid).isGreaterThan(1000);
    }

    private static void mutate(ObjectNode object, Random random) {
        List<Place> places = places(object);
        Place place = places.get(random.nextInt(places.size()));
        switch (random.nextInt(4)) {
            case 0 -> place.set(JSON.nullNode());
            case 1 -> {
                if (place.parent() instanceof ObjectNode parent) {
                    parent.remove(place.key());
                }
            }
            case 2 -> {
                String key = List.of("port", "spec", "matches", "weight", "headers", "\u0000")
                        .get(random.nextInt(6));
                if (place.parent() instanceof ObjectNode parent) {
                    parent.set(key, garbage(random, 2));
                }
            }
            default -> place.set(garbage(random, 2));
        }
        if (random.nextInt(4) == 0 && object.get("metadata") instanceof ObjectNode metadata) {
            String bit = List.of(
                            Conversion.DESTINATION_PORT,
                            Conversion.SOURCE_PORTS,
                            Conversion.UDP_RULES,
                            Conversion.PORTS,
                            Conversion.SPEC,
                            Conversion.MATCHES,
                            Conversion.WEIGHTS)
                    .get(random.nextInt(7));
            metadata.putObject("annotations").put(bit, garbage(random, 3).toString());
        }
    }

    private static JsonNode garbage(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 8 : 10)) {
            case 0 -> JSON.numberNode(random.nextInt());
            case 1 -> JSON.numberNode(random.nextDouble() * 1e300);
            case 2 -> JSON.numberNode(new java.math.BigInteger("123456789012345678901234567890"));
            case 3 -> JSON.stringNode("x".repeat(random.nextInt(2000)));
            case 4 ->
                JSON.stringNode(List.of("", "\u0000", "((((", "1e99999", "-5", "é", "\ud800", "[a-")
                        .get(random.nextInt(8)));
            case 5 -> JSON.booleanNode(true);
            case 6 -> JSON.nullNode();
            case 7 -> JSON.numberNode(Double.NaN);
            case 8 -> JSON.arrayNode().add(garbage(random, depth - 1)).add(garbage(random, depth - 1));
            default -> JSON.objectNode().set("name", garbage(random, depth - 1));
        };
    }

    private static List<Place> places(ObjectNode object) {
        List<Place> places = new ArrayList<>();
        collect("", object, places);
        return places;
    }

    private static void collect(String path, JsonNode node, List<Place> places) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                places.add(new Place(path + "[" + i + "]", node, "", i));
                collect(path + "[" + i + "]", node.get(i), places);
            }
        } else if (node.isObject()) {
            boolean map = path.equals("metadata.labels") || path.equals("metadata.annotations");
            node.forEachEntry((name, value) -> {
                String field = map ? path + "[" + name + "]" : path.isEmpty() ? name : path + "." + name;
                places.add(new Place(field, node, name, 0));
                collect(field, value, places);
            });
        }
    }
}
