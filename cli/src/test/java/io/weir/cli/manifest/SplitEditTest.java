package io.weir.cli.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.manifest.SplitEdit.Absent;
import io.weir.cli.manifest.SplitEdit.Change;
import io.weir.cli.manifest.SplitEdit.Edited;
import io.weir.cli.manifest.SplitEdit.Refused;
import io.weir.cli.manifest.SplitEdit.Wanted;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SplitEditTest {

    private static final String HEAD = """
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata: {name: canary, namespace: shop}
            spec:
              service: web
            """;

    private static final Wanted CANARY = new Wanted(null, "canary");
    private static final Map<String, Long> WEIGHTS = Map.of("v1", 90L, "v2", 10L);

    /** Each: what it shows, the backends before, and after; the whole file but for HEAD. */
    static Stream<Arguments> styles() {
        return Stream.of(
                Arguments.of("block style with comments", """
                          backends: # who
                          # the old one
                          - service: v1 # stays
                            weight: 100   # was all

                          - weight: 0 # nothing yet
                            service: v2
                        # end
                        """, """
                          backends: # who
                          # the old one
                          - service: v1 # stays
                            weight: 90   # was all

                          - weight: 10 # nothing yet
                            service: v2
                        # end
                        """),
                Arguments.of(
                        "flow style",
                        "  backends: [{service: v1, weight: 1}, {weight: 2,service: v2}] # flow\n",
                        "  backends: [{service: v1, weight: 90}, {weight: 10,service: v2}] # flow\n"),
                Arguments.of(
                        "flow style over lines",
                        "  backends: [\n    { service: v1,\n      weight: 1 },\n    { service: v2, weight: 2 },\n  ]\n",
                        "  backends: [\n    { service: v1,\n      weight: 90 },\n    { service: v2, weight: 10 },\n  ]\n"),
                Arguments.of(
                        "quoted weights and names, Quantities, exponents",
                        "  backends:\n  - {\"service\": \"v1\", \"weight\": \"1e3\"}\n  - service: 'v2'\n    weight: '500m'\n",
                        "  backends:\n  - {\"service\": \"v1\", \"weight\": \"90\"}\n  - service: 'v2'\n    weight: '10'\n"),
                Arguments.of(
                        "windows line ends",
                        "  backends:\r\n  - service: v1\r\n    weight: 1\r\n  - service: v2\r\n    weight: 1\r\n",
                        "  backends:\r\n  - service: v1\r\n    weight: 90\r\n  - service: v2\r\n    weight: 10\r\n"),
                Arguments.of(
                        "a missing weight",
                        "  backends:\n    - service: v1 # no weight\n    - {service: v2}\n  # end\n",
                        "  backends:\n    - service: v1 # no weight\n      weight: 90\n    - {service: v2, weight: 10}\n  # end\n"),
                Arguments.of(
                        "a missing weight at the very end",
                        "  backends:\n  - {service: v2, weight: 1}\n  - service: v1",
                        "  backends:\n  - {service: v2, weight: 10}\n  - service: v1\n    weight: 90"),
                Arguments.of(
                        "weights without a value",
                        "  backends:\n  - service: v1\n    weight:\n  - service: v2\n    weight: # to come\n",
                        "  backends:\n  - service: v1\n    weight: 90\n  - service: v2\n    weight: 10 # to come\n"),
                Arguments.of(
                        "weights without a value in flow style",
                        "  backends: [{service: v1, weight: }, {weight: ~, service: v2}]\n",
                        "  backends: [{service: v1, weight: 90 }, {weight: 10, service: v2}]\n"),
                Arguments.of(
                        "an alias gives way to the number",
                        "  x: &w 1\n  backends: [{service: v1, weight: *w}, {service: v2, weight: *w }]\n  y: *w\n",
                        "  x: &w 1\n  backends: [{service: v1, weight: 90}, {service: v2, weight: 10 }]\n  y: *w\n"),
                Arguments.of(
                        "characters beyond the basic plane before it",
                        "  backends: # 🐦🐦 ä\n  - {service: v1, weight: 1} # 🐦\n  - {service: v2, weight: 1}\n",
                        "  backends: # 🐦🐦 ä\n  - {service: v1, weight: 90} # 🐦\n  - {service: v2, weight: 10}\n"),
                Arguments.of(
                        "other backends keep theirs",
                        "  backends:\n  - {service: v1, weight: 1}\n  - {service: v3, weight: 7}\n  - {service: v2, weight: 1}\n",
                        "  backends:\n  - {service: v1, weight: 90}\n  - {service: v3, weight: 7}\n  - {service: v2, weight: 10}\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("styles")
    void only_the_weights_change(String what, String before, String after) {
        SplitEdit edit = SplitEdit.apply(HEAD + before, CANARY, WEIGHTS);

        assertThat(edit).isInstanceOf(Edited.class);
        assertThat(((Edited) edit).text()).isEqualTo(HEAD + after);
        assertThat(((Edited) edit).namespace()).isEqualTo("shop");
    }

    @Test
    void a_byte_order_mark_stays() {
        String backends = "  backends: [{service: v1, weight: 1}]\n";

        SplitEdit edit = SplitEdit.apply("\ufeff" + HEAD + backends, CANARY, Map.of("v1", 5L));

        assertThat(edit)
                .isEqualTo(new Edited(
                        "\ufeff" + HEAD + "  backends: [{service: v1, weight: 5}]\n",
                        "shop",
                        List.of(new Change("v1", "1", 5))));
    }

    @Test
    void json_is_edited_as_json() {
        String json = """
                {"apiVersion": "split.smi-spec.io/v1alpha2", "kind": "TrafficSplit", "metadata": {"name": "canary"},
                 "spec": {"service": "web", "backends": [{"service": "v1"}, {"service": "v2", "weight": 3}]}}
                """;

        SplitEdit edit = SplitEdit.apply(json, CANARY, WEIGHTS);

        assertThat(((Edited) edit).text())
                .isEqualTo(json.replace("{\"service\": \"v1\"}", "{\"service\": \"v1\", \"weight\": 90}")
                        .replace("\"weight\": 3", "\"weight\": 10"));
        assertThat(((Edited) edit).namespace()).isEqualTo("default");
    }

    @Test
    void other_documents_and_items_of_a_list_are_told_apart() {
        String text = """
                # first
                kind: Service
                metadata: {name: canary}
                ---
                kind: List
                items:
                - apiVersion: split.smi-spec.io/v1alpha4
                  kind: TrafficSplit
                  metadata: {name: canary, namespace: other}
                  spec: {service: web, backends: [{service: v1, weight: 1}]}
                - apiVersion: split.smi-spec.io/v1alpha4
                  kind: TrafficSplit
                  metadata: {name: canary, namespace: shop}
                  spec: {service: web, backends: [{service: v1, weight: 2}]}
                """;

        assertThat(SplitEdit.apply(text, new Wanted("shop", "canary"), Map.of("v1", 9L)))
                .isEqualTo(
                        new Edited(text.replace("weight: 2", "weight: 9"), "shop", List.of(new Change("v1", "2", 9))));
        assertThat(SplitEdit.apply(text, CANARY, Map.of("v1", 9L)))
                .isEqualTo(new Refused(
                        "TrafficSplit canary is written 2 times, in other, shop",
                        "name the namespace with -n, or remove the double"));
        assertThat(SplitEdit.apply(text, new Wanted("else", "canary"), Map.of("v1", 9L)))
                .isEqualTo(new Absent());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("  backends: [{service: v1, weight: &w 1}]\n", "written with an anchor"),
                Arguments.of("  backends: [{service: v1, weight: !!int 1}]\n", "a tag"),
                Arguments.of("  backends: [{service: v1, weight: 1}, {service: v1, weight: 2}]\n", "v1 twice"),
                Arguments.of(
                        "  backends: [{service: v3, weight: 1}]\n", "v1 is no backend of TrafficSplit shop/canary"),
                Arguments.of("  backends: none\n", "has no list of backends"),
                Arguments.of("  backends: [\n", "not valid YAML, line 7"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void what_cannot_be_edited_safely_is_refused(String backends, String reason) {
        SplitEdit edit = SplitEdit.apply(HEAD + backends, CANARY, Map.of("v1", 9L));

        assertThat(edit).isInstanceOf(Refused.class);
        assertThat(((Refused) edit).reason()).contains(reason);
        assertThat(((Refused) edit).next()).isNotEmpty();
    }

    @Test
    void a_broken_file_without_the_name_is_not_in_the_way() {
        assertThat(SplitEdit.apply("a: [", CANARY, WEIGHTS)).isEqualTo(new Absent());
    }
}
