package io.weir.telemetry.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The documents describe what is really answered. */
class OpenApiTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final MetricsApi API = new MetricsApi(Shop.readings(), Shop::inventory);

    private static JsonNode get(String path) {
        ApiAnswer answer = API.answer(new ApiRequest("GET", path, Map.of(), null));
        assertThat(answer.status()).as(path).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    static Stream<JsonNode> documents() {
        return Stream.concat(
                Stream.of(get("/openapi/v2")),
                get("/openapi/v3")
                        .get("paths")
                        .valueStream()
                        .map(entry -> get(
                                entry.get("serverRelativeURL").asString().replaceAll("\\?hash=[0-9A-F]{64}$", ""))));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_path_means_something_and_its_schema_is_there(JsonNode document) {
        Set<String> schemas = new TreeSet<>();
        document.get("paths").properties().forEach(path -> {
            assertThat(Target.of(path.getKey().replaceAll("\\{name}", "a").replaceAll("\\{namespace}", "b")))
                    .as(path.getKey())
                    .isNotNull();
            assertThat(names(path.getValue()))
                    .as(path.getKey())
                    .containsAll(Stream.of("name", "namespace")
                            .filter(name -> path.getKey().contains("{" + name + "}"))
                            .toList());
        });
        document.findValues("$ref").forEach(reference -> schemas.add(reference.asString()));

        assertThat(document.get("paths").size()).isGreaterThanOrEqualTo(42);
        assertThat(schemas).hasSize(document.has("swagger") ? 4 : 2);
        for (String schema : schemas) {
            assertThat(document.at(schema.substring(1)).isObject()).as(schema).isTrue();
        }
    }

    private static Set<String> names(JsonNode path) {
        return path.get("get")
                .get("parameters")
                .valueStream()
                .map(parameter -> parameter.get("name").asString())
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_key_of_an_answer_is_in_its_schema(JsonNode document) {
        JsonNode schemas = document.has("swagger")
                ? document.get("definitions")
                : document.get("components").get("schemas");
        for (Map.Entry<String, JsonNode> schema : schemas.properties()) {
            String version = schema.getKey().split("\\.")[3];
            String path = "/apis/metrics.smi-spec.io/" + version + "/namespaces/shop/pods";
            boolean list = schema.getKey().endsWith("List");
            JsonNode answer = get(list ? path : path + "/web-1");

            assertThat(keys(schema.getValue().get("properties"))).containsAll(keys(answer));
            assertThat(keys(schema.getValue().get("properties").get("metadata").get("properties")))
                    .containsAll(keys(answer.get("metadata")));
        }
    }

    private static Set<String> keys(JsonNode object) {
        return new TreeSet<>(object.propertyNames());
    }
}
