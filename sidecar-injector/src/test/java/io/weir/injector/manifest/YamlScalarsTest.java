package io.weir.injector.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class YamlScalarsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What {@code kubectl label --local -o json} 1.37 prints of each, but for the rounding of large numbers. */
    @ParameterizedTest
    @CsvSource({
        "yes,true",
        "On,true",
        "y,true",
        "TRUE,true",
        "no,false",
        "off,false",
        "N,false",
        "~,null",
        "Null,null",
        "'',null",
        "0644,420",
        "0o644,420",
        "0x1F,31",
        "0b101,5",
        "1_000,1000",
        "-7,-7",
        "+7,7",
        "08,8",
        "-0x1F,-31",
        "1_0.5,10.5",
        "1.5,1.5",
        ".5,0.5",
        "1e3,1E+3",
        "18446744073709551616,18446744073709551616",
        "tRue,\"tRue\"",
        "12:30:45,\"12:30:45\"",
        "2001-01-01,\"2001-01-01\"",
        "100m,\"100m\"",
        "1.2.3,\"1.2.3\"",
        "0x,\"0x\"",
        ".inf,\".inf\"",
        "v1,\"v1\""
    })
    void a_plain_scalar_is_what_kubectl_takes_it_for(String plain, String json) {
        assertThat(JSON.writeValueAsString(YamlScalars.plain(plain))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"yes\"',\"yes\"",
        "!!str 0644,\"0644\"",
        "! 5,\"5\"",
        "!!int '7',7",
        "!!float 7,7",
        "!!bool 'yes',true"
    })
    void quotes_and_tags_say_otherwise(String yaml, String json) {
        assertThat(YamlTree.read(yaml, 1)).hasToString(json);
    }

    /** Words on which versions of YAML differ, marks of its syntax, and what only quotes can hold. */
    static Stream<String> texts() {
        String words = """
                plain yes N null ~ 0644 1e3 0x1F 1_000 12:30:45 2001-01-01 018 0b1 0o7 18446744073709551616 -1 + - . .5 /etc a:b
                a: # ' " { } [x] *a &a !a %a @a ` | > ? << = , --- ... $(POD_IP)
                """;
        Stream<String> others = Stream.of(
                "",
                "- a",
                "a: b",
                "a #b",
                " a",
                "a ",
                "a\n",
                "a\nb",
                "\n",
                "a \nb",
                "\ta\n",
                "a\r\nb",
                "--- a\n...",
                "\u00e9",
                "\uD83D\uDE00",
                "\u2028",
                "\u0007",
                "\t");
        return Stream.concat(Stream.of(words.strip().split("[ \n]+", -1)), others);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void a_text_written_is_the_same_text_read(String text) {
        ObjectNode tree = JSON.createObjectNode().put("value", text).put("x" + text, 1);
        tree.putArray("list").add(text).addObject().put("k", text);

        String yaml = YamlText.of(tree);

        assertThat(YamlTree.read(yaml, 1)).isEqualTo(tree);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[],\"b\":{},\"c\":[[1,[2]],{\"d\":null}],\"e\":true,\"f\":0.25,\"g\":12345678901234567890}"
            })
    void a_tree_written_is_the_same_tree_read(String json) {
        JsonNode tree = JSON.readerFor(JsonNode.class)
                .with(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readValue(json);
        assertThat(YamlTree.read(YamlText.of(tree), 1)).isEqualTo(tree);
    }
}
