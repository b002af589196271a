package io.weir.injector.smi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class ConversionEndpointTest {

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private static final String SPLIT = """
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata:
              name: %s
              namespace: shop
              uid: 9b8f
              resourceVersion: "17"
              labels: {a: b}
              ownerReferences: [{apiVersion: v1, kind: Canary, name: c, uid: u, controller: true}]
              finalizers: [x.io/y]
              managedFields: [{manager: flagger}]
            spec:
              service: web
              backends: [{service: web-canary, weight: 0}, {service: web-primary, weight: 100}]
              matches: [{kind: HTTPRouteGroup, name: firefox}]
            status: {conditions: [{type: Accepted, status: "True"}]}
            """;

    @Test
    void all_objects_come_back_in_order_in_the_version_asked_for() {
        JsonNode answer = answer("split.smi-spec.io/v1alpha1", SPLIT.formatted("b"), SPLIT.formatted("a"));

        assertThat(answer.at("/apiVersion").stringValue()).isEqualTo("apiextensions.k8s.io/v1");
        assertThat(answer.at("/kind").stringValue()).isEqualTo("ConversionReview");
        assertThat(answer.at("/response/uid").stringValue()).isEqualTo("705ab4f5");
        assertThat(answer.at("/response/result")).isEqualTo(tree("{status: Success}"));
        JsonNode converted = answer.at("/response/convertedObjects");
        assertThat(converted.valueStream().map(o -> o.at("/metadata/name").stringValue()))
                .containsExactly("b", "a");
        assertThat(converted.valueStream().map(o -> o.get("apiVersion").stringValue()))
                .containsOnly("split.smi-spec.io/v1alpha1");
    }

    @Test
    void nothing_changes_but_version_spec_labels_and_annotations() {
        ObjectNode given = tree(SPLIT.formatted("a"));
        ObjectNode converted = (ObjectNode)
                answer("split.smi-spec.io/v1alpha1", SPLIT.formatted("a")).at("/response/convertedObjects/0");

        assertThat(converted.get("spec")).isEqualTo(tree("""
                service: web
                backends: [{service: web-canary, weight: "0"}, {service: web-primary, weight: "100"}]
                """));
        for (ObjectNode object : List.of(given, converted)) {
            object.remove(List.of("apiVersion", "spec"));
            ((ObjectNode) object.get("metadata")).remove("annotations");
        }
        assertThat(converted).isEqualTo(given);
    }

    @Test
    void an_object_of_the_wanted_version_already_comes_back_as_it_is() {
        JsonNode answer = answer("split.smi-spec.io/v1alpha4", SPLIT.formatted("a"));

        assertThat(answer.at("/response/convertedObjects/0")).isEqualTo(tree(SPLIT.formatted("a")));
    }

    @Test
    void stored_fields_of_a_wrong_type_do_not_fail_a_list() {
        JsonNode answer = answer(
                "split.smi-spec.io/v1alpha1",
                SPLIT.formatted("a"),
                "{apiVersion: split.smi-spec.io/v1alpha4, kind: TrafficSplit, metadata: {name: odd}, spec: [1]}",
                "{apiVersion: split.smi-spec.io/v1alpha4, kind: TrafficSplit, metadata: {name: none}}");

        assertThat(answer.at("/response/result/status").stringValue()).isEqualTo("Success");
        assertThat(answer.at("/response/convertedObjects")).hasSize(3);
    }

    @Test
    void should_the_conversion_fail_on_an_object_the_list_has_it_without_content_and_the_content_in_an_annotation() {
        JsonNode review = review("access.smi-spec.io/v1alpha3", """
                apiVersion: access.smi-spec.io/v1alpha1
                kind: TrafficTarget
                metadata: {name: t, annotations: {keep: me}}
                destination: {kind: ServiceAccount, name: api, port: 8080}
                sources: [{kind: ServiceAccount, name: web}]
                """);
        ConversionEndpoint failing = new ConversionEndpoint((_, _) -> {
            throw new IllegalStateException("odd");
        });

        JsonNode answer = failing.answer(review);

        JsonNode object = answer.at("/response/convertedObjects/0");
        assertThat(answer.at("/response/result/status").stringValue()).isEqualTo("Success");
        assertThat(object.propertyNames()).containsExactlyInAnyOrder("apiVersion", "kind", "metadata");
        assertThat(object.at("/metadata/annotations/keep").stringValue()).isEqualTo("me");
        assertThat(object.at("/metadata/annotations")
                        .get(ConversionEndpoint.UNCONVERTED)
                        .stringValue())
                .contains("v1alpha1", "8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "split.smi-spec.io/v1alpha9",
                "v1alpha4",
                "specs.smi-spec.io/v1alpha4",
                "",
            })
    void a_version_that_was_never_released_fails_the_review_and_says_which(String wanted) {
        JsonNode answer = answer(wanted, SPLIT.formatted("a"));

        assertThat(answer.at("/response/uid").stringValue()).isEqualTo("705ab4f5");
        assertThat(answer.at("/response/result/status").stringValue()).isEqualTo("Failed");
        assertThat(answer.at("/response/result/message").stringValue())
                .contains("TrafficSplit from split.smi-spec.io/v1alpha4 to " + wanted);
        assertThat(answer.at("/response/convertedObjects")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{apiVersion: apiextensions.k8s.io/v1, kind: ConversionReview}",
                "{apiVersion: apiextensions.k8s.io/v1beta1, kind: ConversionReview, request: {uid: a}}",
                "{apiVersion: apiextensions.k8s.io/v1, kind: ConversionReview, request: {uid: 7, objects: []}}",
            })
    void what_is_no_review_is_refused_whole(String text) {
        JsonNode review = YAML.readTree(text);

        assertThatThrownBy(() -> new ConversionEndpoint().answer(review)).isInstanceOf(IllegalArgumentException.class);
    }

    private static JsonNode answer(String wanted, String... objects) {
        return new ConversionEndpoint().answer(review(wanted, objects));
    }

    private static ObjectNode review(String wanted, String... objects) {
        ObjectNode review = tree("""
                apiVersion: apiextensions.k8s.io/v1
                kind: ConversionReview
                request: {uid: 705ab4f5, desiredAPIVersion: "%s", objects: []}
                """.formatted(wanted));
        for (String object : objects) {
            review.withArray("/request/objects").add(tree(object));
        }
        return review;
    }

    private static ObjectNode tree(String yaml) {
        return (ObjectNode) YAML.readTree(yaml);
    }
}
