package io.weir.injector.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.injector.golden.GoldenCase;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.inject.Uninjection;
import io.weir.injector.manifest.Outcome.Result;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ManifestsTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final InjectionSettings SETTINGS = GoldenCase.settings(YAML.createObjectNode());

    private static Rewritten inject(String text) {
        return Manifests.inject(text, "default", SETTINGS);
    }

    private static List<JsonNode> documents(String text) {
        return Pieces.of(text).stream()
                .map(Piece::value)
                .filter(value -> !value.isMissingNode())
                .toList();
    }

    private static String containers(JsonNode pod) {
        StringBuilder names = new StringBuilder();
        for (String list : List.of("initContainers", "containers")) {
            pod.path("spec")
                    .path(list)
                    .forEach(one -> names.append(one.path("name").asString()).append(' '));
        }
        return names.toString().strip();
    }

    private static final String APP = """
            # Made by hand.
            apiVersion: v1
            kind: ConfigMap   # with 'quotes'
            metadata: {name: "web", namespace: shop}
            data:
              mode: !!str 0644
              text: |
                --- not a document
                 ---
            --- # the app
            # What it is for.

            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers: [{name: web, image: 'shop/web:1'}] # one
            ...
            %YAML 1.2
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {ports: [{port: 80}]}\t
            """;

    @Test
    void what_has_no_pod_comes_out_byte_for_byte() {
        Rewritten injected = inject(APP);

        int start = APP.indexOf("apiVersion: apps/v1");
        int end = APP.indexOf("...\n");
        assertThat(injected.text()).startsWith(APP.substring(0, start)).endsWith(APP.substring(end));
        assertThat(injected.outcomes()).containsExactly(new Outcome("Deployment shop/web", Result.INJECTED, ""));
        assertThat(containers(documents(injected.text()).get(1).at("/spec/template")))
                .isEqualTo("weir-init weir-proxy web");
        assertThat(Manifests.uninject(APP).text()).isEqualTo(APP);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "---\n---\n",
                "# nothing\r\n---\r\n# at all",
                "\uFEFF---\nkind: ConfigMap\n",
                "a: 1\n...\nb: 2\n...\n",
                "kind: List\napiVersion: v1\nitems: []\n---",
                "- 1\n---\ntext\n---\n~\n",
                "{\"kind\": \"ConfigMap\"}\n\n {\"kind\":\"Secret\"}\n",
                "{kind: ConfigMap, data: {a: 'b'}} # YAML in braces\n",
                "kind: Pod\n",
                "apiVersion: example.com/v1\nkind: Deployment\nspec: {template: {spec: {containers: []}}}\n"
            })
    void a_text_without_pods_is_left_alone(String text) {
        assertThat(inject(text)).isEqualTo(new Rewritten(text, List.of()));
        assertThat(Manifests.uninject(text)).isEqualTo(new Rewritten(text, List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "v1, Pod, ''",
        "v1, PodTemplate, template",
        "v1, ReplicationController, spec.template",
        "apps/v1, Deployment, spec.template",
        "apps/v1beta2, StatefulSet, spec.template",
        "apps/v1, DaemonSet, spec.template",
        "apps/v1, ReplicaSet, spec.template",
        "batch/v1, Job, spec.template",
        "batch/v1, CronJob, spec.jobTemplate.spec.template",
        "argoproj.io/v1alpha1, Rollout, spec.template"
    })
    void every_kind_that_has_a_pod_gets_a_sidecar_and_gives_it_back(String version, String kind, String path) {
        String pointer = path.isEmpty() ? "" : "/" + path.replace('.', '/');
        ObjectNode object = JSON.createObjectNode().put("apiVersion", version).put("kind", kind);
        object.putObject("metadata").put("name", "web");
        ObjectNode pod = object;
        for (String field : path.isEmpty() ? new String[0] : path.split("\\.", -1)) {
            pod = pod.putObject(field);
        }
        pod.putObject("spec")
                .putArray("containers")
                .addObject()
                .put("name", "web")
                .put("image", "shop/web");
        for (String text : List.of(YAML.writeValueAsString(object), JSON.writeValueAsString(object))) {
            Rewritten injected = inject(text);

            assertThat(injected.outcomes()).containsExactly(new Outcome(kind + " web", Result.INJECTED, ""));
            JsonNode changed = documents(injected.text()).getFirst();
            assertThat(containers(changed.at(pointer))).isEqualTo("weir-init weir-proxy web");
            Rewritten back = Manifests.uninject(injected.text());
            assertThat(back.outcomes()).containsExactly(new Outcome(kind + " web", Result.REMOVED, ""));
            assertThat(documents(back.text())).containsExactly(object);
        }
    }

    @Test
    void each_of_a_list_is_looked_at_and_json_stays_json() {
        String text = """
                {"kind": "List", "apiVersion": "v1", "items": [
                  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}]}},
                  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"},
                   "spec": {"hostNetwork": true, "containers": [{"name": "b"}]}}
                ]}
                {"kind": "ConfigMap", "data": {"pi":"3"}}
                """;
        Rewritten injected = inject(text);

        assertThat(injected.outcomes())
                .extracting(Outcome::object, Outcome::result)
                .containsExactly(tuple("Pod a", Result.INJECTED), tuple("Pod b", Result.KEPT));
        assertThat(injected.text())
                .startsWith("{\n")
                .endsWith("\n{\"kind\": \"ConfigMap\", \"data\": {\"pi\":\"3\"}}\n");
        JsonNode list = documents(injected.text()).getFirst();
        assertThat(containers(list.at("/items/0"))).isEqualTo("weir-init weir-proxy a");
        assertThat(list.at("/items/1")).isEqualTo(documents(text).getFirst().at("/items/1"));
        assertThat(documents(Manifests.uninject(injected.text()).text())).isEqualTo(documents(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                        | INJECTED
                    {labels: {weir.io/inject: disabled}}      | KEPT
                    {annotations: {weir.io/inject: disabled}} | KEPT
                    {labels: {weir.io/inject: maybe}}         | KEPT
                    {labels: {weir.io/mode: deny}}            | REFUSED
                    """)
    void a_namespace_in_the_text_has_a_say_wherever_it_stands(String metadata, Result result) {
        ObjectNode namespace = YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Namespace");
        namespace.set("metadata", YAML.readTree(metadata));
        ((ObjectNode) namespace.get("metadata")).put("name", "shop");
        String text = """
                apiVersion: v1
                kind: Pod
                metadata: {name: web, annotations: {weir.io/interception: explicit}}
                spec: {containers: [{name: web}]}
                """ + YAML.writeValueAsString(namespace);

        assertThat(Manifests.inject(text, "shop", SETTINGS).outcomes())
                .extracting(Outcome::result)
                .containsExactly(result);
        assertThat(Manifests.inject(text, "other", SETTINGS).outcomes())
                .extracting(Outcome::result)
                .containsExactly(Result.INJECTED);
        assertThat(Manifests.inject(text, "kube-system", SETTINGS).outcomes())
                .extracting(Outcome::result)
                .containsExactly(Result.KEPT);
    }

    @Test
    void injecting_again_changes_nothing() {
        String once = inject(APP).text();
        Rewritten twice = inject(once);

        assertThat(twice.text()).isEqualTo(once);
        assertThat(twice.outcomes())
                .containsExactly(new Outcome("Deployment shop/web", Result.KEPT, "it has a sidecar"));
    }

    @TestFactory
    Stream<DynamicTest> every_golden_pod_comes_back_from_a_manifest() throws IOException {
        return GoldenCase.all().stream()
                .map(one -> DynamicTest.dynamicTest(one.path(), () -> {
                    String text = YAML.writeValueAsString(one.pod());
                    Rewritten injected = Manifests.inject(text, one.namespace().name(), one.settings());
                    JsonNode read = documents(injected.text()).getFirst();
                    if (injected.count(Result.INJECTED) == 0) {
                        assertThat(injected.text()).isEqualTo(text);
                    } else {
                        // Written as YAML, which others read as well.
                        assertThat(YAML.readTree(injected.text())).isEqualTo(read);
                        assertThat(Uninjection.of((ObjectNode) read)).isEqualTo(one.pod());
                        assertThat(documents(Manifests.uninject(injected.text()).text()))
                                .containsExactly(one.pod());
                    }
                }));
    }

    @Test
    void lists_and_mappings_that_were_empty_are_empty_again() {
        String text = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  template:
                    metadata: {annotations: %s}
                    spec: {initContainers: %s, volumes: %s, containers: [{name: web}]}
                """;
        for (String filled : List.of(text.formatted("{}", "[]", "[]"), text.formatted("null", "null", "null"))) {
            assertThat(documents(Manifests.uninject(inject(filled).text()).text()))
                    .isEqualTo(documents(filled));
        }
    }

    @Test
    void a_refused_pod_is_told_with_field_and_fix() {
        Outcome refused = inject("""
                apiVersion: v1
                kind: Pod
                metadata: {generateName: web-, annotations: {weir.io/exclude-inbound-ports: "80;90"}}
                spec: {containers: [{name: web}]}
                """).outcomes().getFirst();

        assertThat(refused.object()).isEqualTo("Pod web-");
        assertThat(refused.result()).isEqualTo(Result.REFUSED);
        assertThat(refused.why())
                .startsWith("metadata.annotations[weir.io/exclude-inbound-ports]: '80;90' is no port. Write");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    a: 1\\n---\\n\\n{{ .Values.pod }}: x | 4 | key
                    a: 1\\nb: 2\\na: 3             | 3 | twice
                    ---\\n---\\na: *b              | 3 | anchor
                    a: [1                        | 1 | YAML
                    ? [a]\\n: 1                   | 1 | key
                    a: !x 1                      | 1 | tag
                    """)
    void a_text_that_can_not_be_read_is_told_with_its_line(String text, int line, String word) {
        assertThatThrownBy(() -> inject(text.replace("\\n", "\n")))
                .isInstanceOfSatisfying(
                        ManifestSyntaxException.class, e -> assertThat(e.line()).isEqualTo(line))
                .hasMessageContaining(word);
    }

    @Test
    void aliases_and_nesting_cost_no_more_than_a_limit() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String below = "*a" + (i - 1);
            laughs.append("a%d: &a%d [%s]\n"
                    .formatted(
                            i,
                            i,
                            String.join(
                                    ", ",
                                    List.of(below, below, below, below, below, below, below, below, below, below))));
        }
        assertThatThrownBy(() -> inject(laughs.toString())).hasMessageContaining("values");
        assertThatThrownBy(() -> inject("[".repeat(10_000))).hasMessageContaining("deeper");
    }
}
