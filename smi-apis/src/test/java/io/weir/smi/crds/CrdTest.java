package io.weir.smi.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.RandomObjects;
import io.weir.smi.SmiJson;
import io.weir.smi.SmiKind;
import io.weir.smi.Yaml;
import io.weir.smi.convert.Conversion;
import io.weir.smi.validate.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The CRDs, the kinds, the typed records and validation tell of the same versions and fields. */
final class CrdTest {

    private static final int SEEDS = 500;

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void a_crd_serves_every_version_and_stores_the_hub(SmiKind kind) {
        JsonNode crd = crd(kind);
        JsonNode names = crd.at("/spec/names");

        assertThat(crd.at("/metadata/name").stringValue()).isEqualTo(kind.plural() + "." + kind.group());
        assertThat(crd.at("/spec/group").stringValue()).isEqualTo(kind.group());
        assertThat(names.get("kind").stringValue()).isEqualTo(kind.kind());
        assertThat(names.get("listKind").stringValue()).isEqualTo(kind.kind() + "List");
        assertThat(names.get("plural").stringValue()).isEqualTo(kind.plural());
        assertThat(names.get("shortNames").get(0).stringValue()).isEqualTo(kind.shortName());
        assertThat(names.get("categories").get(0).stringValue()).isEqualTo("smi");
        List<String> versions = new ArrayList<>();
        for (JsonNode version : crd.at("/spec/versions")) {
            String name = version.get("name").stringValue();
            versions.add(name);
            assertThat(version.get("served").booleanValue()).isTrue();
            assertThat(version.get("storage").booleanValue()).isEqualTo(name.equals(kind.hubVersion()));
            assertThat(version.at("/subresources/status").isObject()).isTrue();
            assertThat(version.get("additionalPrinterColumns")
                            .valueStream()
                            .map(c -> c.get("name").stringValue()))
                    .startsWith(
                            switch (kind) {
                                case TRAFFIC_SPLIT -> "Service";
                                case TRAFFIC_TARGET -> "Destination";
                                case HTTP_ROUTE_GROUP, TCP_ROUTE, UDP_ROUTE -> "Accepted";
                            })
                    .contains("Accepted")
                    .endsWith("Age");
        }
        assertThat(versions).isEqualTo(kind.versions());
    }

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void several_versions_are_converted_by_the_injector_and_nothing_is_defaulted(SmiKind kind) {
        JsonNode conversion = crd(kind).at("/spec/conversion");

        if (kind.versions().size() == 1) {
            assertThat(conversion.isMissingNode()).isTrue();
        } else {
            assertThat(conversion).isEqualTo(Yaml.object("""
                    strategy: Webhook
                    webhook:
                      conversionReviewVersions: [v1]
                      clientConfig:
                        service: {name: weir-injector, namespace: weir-system, path: /convert, port: 443}
                    """));
        }
        assertThat(crd(kind).findValues("default")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SmiKind.class)
    void the_schema_takes_every_field_of_valid_objects_and_of_their_conversions(SmiKind kind) {
        for (String version : kind.versions()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                ObjectNode object = new RandomObjects(seed).of(kind, version);
                assertThat(Validation.validate(object)).as("%s", object).noneMatch(Validation::isFatal);
                assertThat(schema(kind, version).errors(object))
                        .as("%s", object)
                        .isEmpty();
                for (String other : kind.versions()) {
                    ObjectNode converted = Conversion.convert(object, kind.group() + "/" + other);
                    boolean emptied = !converted.at("/spec").has("rules")
                            || !converted.at("/spec").has("sources");
                    assertThat(schema(kind, other).errors(converted))
                            .as("%s from %s", converted, object)
                            // Where an older version omits a list, the newest lacks what its schema requires.
                            .filteredOn(
                                    error -> !(emptied && kind == SmiKind.TRAFFIC_TARGET && error.endsWith("required")))
                            .isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void the_typed_record_of_a_version_reads_and_writes_its_objects(SmiKind kind, String version, Class<?> type) {
        for (int seed = 0; seed < SEEDS; seed++) {
            ObjectNode object = new RandomObjects(seed).of(kind, version);
            Object read = SmiJson.mapper().treeToValue(object, type);
            JsonNode written = SmiJson.mapper().valueToTree(read);

            assertThat(schema(kind, version).errors(written)).as("%s", written).isEmpty();
            assertThat(written.get("apiVersion")).isEqualTo(object.get("apiVersion"));
            assertThat(written.get("kind")).isEqualTo(object.get("kind"));
            assertThat(meaning(written)).isEqualTo(meaning(object));
            assertThat(SmiJson.mapper().treeToValue(written, type)).isEqualTo(read);
        }
    }

    /** An object without what a typed client adds or leaves out: empty lists and texts, the default namespace. */
    private static String meaning(JsonNode object) {
        ObjectNode copy = (ObjectNode) object.deepCopy();
        ObjectNode metadata = (ObjectNode) copy.get("metadata");
        if (!metadata.has("namespace")) {
            metadata.put("namespace", "default");
        }
        List<String> leaves = new ArrayList<>();
        collect("", copy, leaves);
        return leaves.stream().sorted().toList().toString();
    }

    private static void collect(String path, JsonNode node, List<String> leaves) {
        if (node.isArray() && path.endsWith(".headers")) {
            node.forEach(header -> collect(path, header, leaves));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(path + "[" + i + "]", node.get(i), leaves);
            }
        } else if (node.isObject()) {
            node.forEachEntry((name, field) -> collect(
                    path + "." + (path.endsWith(".headers") ? name.toLowerCase(Locale.ROOT) : name), field, leaves));
        } else if (!node.asString().isEmpty()) {
            leaves.add(path + "=" + node.asString());
        }
    }

    static Stream<Arguments> types() {
        List<Arguments> types = new ArrayList<>();
        for (SmiKind kind : SmiKind.values()) {
            for (String version : kind.versions()) {
                String area = kind.group().substring(0, kind.group().indexOf('.'));
                try {
                    types.add(Arguments.of(
                            kind, version, Class.forName("io.weir.smi." + area + "." + version + "." + kind.kind())));
                } catch (ClassNotFoundException e) {
                    throw new AssertionError("no type for " + kind + " " + version, e);
                }
            }
        }
        return types.stream();
    }

    @Test
    void the_sdk_and_the_newer_form_of_headers_both_pass_the_schema() {
        for (String form : List.of("[{a: b}]", "{a: b}")) {
            ObjectNode group =
                    Yaml.object(SmiKind.HTTP_ROUTE_GROUP, "v1alpha2", "matches: [{name: m, headers: " + form + "}]");

            assertThat(schema(SmiKind.HTTP_ROUTE_GROUP, "v1alpha2").errors(group))
                    .isEmpty();
        }
    }

    private static Schema schema(SmiKind kind, String version) {
        return crd(kind)
                .at("/spec/versions")
                .valueStream()
                .filter(v -> v.get("name").stringValue().equals(version))
                .map(v -> new Schema(v.at("/schema/openAPIV3Schema")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode crd(SmiKind kind) {
        return CRDS.get(kind);
    }

    private static final Map<SmiKind, JsonNode> CRDS =
            Stream.of(SmiKind.values()).collect(Collectors.toMap(kind -> kind, CrdTest::load));

    private static JsonNode load(SmiKind kind) {
        String file = "/crds/" + kind.plural() + "." + kind.group() + ".yaml";
        try (InputStream in = SmiKind.class.getResourceAsStream(file)) {
            return Yaml.object(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }
}
