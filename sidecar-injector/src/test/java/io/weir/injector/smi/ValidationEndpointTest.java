package io.weir.injector.smi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class ValidationEndpointTest {

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private static final String INVALID = """
            apiVersion: split.smi-spec.io/v1alpha2
            kind: TrafficSplit
            metadata: {name: web, namespace: shop}
            spec:
              service: web
              backends: [{service: web-v1, weight: -1}, {service: Web_v2, weight: 1}]
            """;

    private static final String TARGET = """
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: api, namespace: %s}
            spec:
              destination: {kind: ServiceAccount, name: api}
              sources: [{kind: ServiceAccount, name: web}]
              rules: [{kind: TCPRoute, name: tcp}]
            """;

    @Test
    void an_error_is_denied_with_the_object_and_a_line_each_of_field_message_and_fix() {
        JsonNode response = create(INVALID);

        assertThat(response.get("uid").stringValue()).isEqualTo("u1");
        assertThat(response.get("allowed").booleanValue()).isFalse();
        assertThat(response.at("/status/code").intValue()).isEqualTo(422);
        assertThat(response.at("/status/reason").stringValue()).isEqualTo("Invalid");
        List<String> lines =
                response.at("/status/message").stringValue().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("TrafficSplit shop/web (split.smi-spec.io/v1alpha2) is invalid:");
        assertThat(lines.get(1))
                .isEqualTo("  spec.backends[0].weight: A weight can't be negative. Fix: Use 0 for no traffic."
                        + " [WEIR109]");
        assertThat(lines.get(2)).startsWith("  spec.backends[1].service: ").contains("Fix: ");
        assertThat(response.at("/status/details/causes/0/field").stringValue()).isEqualTo("spec.backends[0].weight");
        assertThat(response.at("/status/details/causes/0/message").stringValue())
                .isEqualTo("A weight can't be negative. Fix: Use 0 for no traffic. [WEIR109]");
    }

    @Test
    void thousands_of_errors_are_answered_with_the_first_and_their_number() {
        ObjectNode object = tree(INVALID);
        for (int i = 0; i < 50; i++) {
            object.withArray("/spec/backends")
                    .addObject()
                    .put("service", "s" + i)
                    .put("weight", -1);
        }

        JsonNode response = respond("CREATE", object, null);

        assertThat(response.at("/status/message").stringValue().lines())
                .hasSize(22)
                .last()
                .asString()
                .contains("more");
        assertThat(response.at("/status/details/causes")).hasSize(20);
    }

    @Test
    void a_warning_passes_as_a_warning() {
        JsonNode response = create("""
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: web, namespace: shop}
                spec: {service: web, backends: [{service: web-v1, weight: 0}]}
                """);

        assertThat(response.get("allowed").booleanValue()).isTrue();
        assertThat(response.at("/warnings")).hasSize(1);
        assertThat(response.at("/warnings/0").stringValue())
                .startsWith("spec.backends: ")
                .contains("[WEIR120]");
    }

    @Test
    void all_is_well_without_a_word() {
        assertThat(create(TARGET.formatted("shop"))).isEqualTo(tree("{uid: u1, allowed: true}"));
    }

    @Test
    void an_object_that_was_invalid_before_may_be_updated_but_for_its_content() {
        ObjectNode labelled = tree(INVALID);
        ((ObjectNode) labelled.get("metadata")).putObject("labels").put("a", "b");
        labelled.putObject("status").putArray("conditions");

        JsonNode response = respond("UPDATE", labelled, tree(INVALID));

        assertThat(response.get("allowed").booleanValue()).isTrue();
        assertThat(response.get("warnings")).hasSize(2);
    }

    @Test
    void an_update_that_changes_the_content_and_leaves_it_invalid_is_refused() {
        ObjectNode changed = tree(INVALID);
        ((ObjectNode) changed.get("spec")).put("service", "other");

        assertThat(respond("UPDATE", changed, tree(INVALID)).get("allowed").booleanValue())
                .isFalse();
    }

    @Test
    void an_annotation_of_the_conversion_is_content() {
        ObjectNode before = tree(TARGET.formatted("shop"));
        ObjectNode after = tree(TARGET.formatted("shop"));
        ((ObjectNode) after.get("metadata")).putObject("annotations").put("conv.weir.io/destination-port", "all");

        assertThat(respond("UPDATE", after, before).get("allowed").booleanValue())
                .isFalse();
        assertThat(respond("UPDATE", after, after).get("allowed").booleanValue())
                .isTrue();
    }

    @Test
    void deletions_and_status_are_not_judged() {
        assertThat(respond("DELETE", null, tree(INVALID))).isEqualTo(tree("{uid: u1, allowed: true}"));
        ObjectNode review = review("UPDATE", tree(INVALID), tree(TARGET.formatted("shop")));
        ((ObjectNode) review.get("request")).put("subResource", "status");
        assertThat(answer(review)).isEqualTo(tree("{uid: u1, allowed: true}"));
    }

    @Test
    void a_name_yet_to_be_made_and_a_namespace_that_only_the_request_has_are_no_errors() {
        ObjectNode object = tree(TARGET.formatted("shop"));
        object.set("metadata", tree("{generateName: api-}"));
        object.withObject("/spec/destination").put("namespace", "shop");

        assertThat(respond("CREATE", object, null).get("allowed").booleanValue())
                .isTrue();
    }

    @Test
    void a_target_in_a_permissive_namespace_is_told_that_it_is_not_enforced() {
        JsonNode response = create(TARGET.formatted("open"), "open");

        assertThat(response.get("allowed").booleanValue()).isTrue();
        assertThat(response.get("warnings")).hasSize(1);
        assertThat(response.at("/warnings/0").stringValue())
                .isEqualTo("not enforced: namespace open is permissive, so everybody may call;"
                        + " label it weir.io/mode=deny to enforce TrafficTargets");
        assertThat(create("""
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: TCPRoute
                metadata: {name: api, namespace: open}
                spec: {matches: {ports: [80]}}
                """, "open").has("warnings")).isFalse();
    }

    @Test
    void a_version_that_was_never_released_is_refused_and_a_kind_that_is_not_weirs_passes() {
        String identity = "{apiVersion: access.smi-spec.io/v1alpha4, kind: IdentityBinding, metadata: {name: a}}";

        JsonNode refused = create(TARGET.formatted("shop").replace("v1alpha3", "v1alpha4"));
        assertThat(refused.at("/status/message").stringValue()).contains("apiVersion: ", "v1alpha3");
        assertThat(create(identity)).isEqualTo(tree("{uid: u1, allowed: true}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {operation: CREATE}}",
                "{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {uid: a, operation: CREATE}}",
                "{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {uid: a, operation: UPDATE, object: 1}}",
                "{apiVersion: admission.k8s.io/v1beta1, kind: AdmissionReview, request: {uid: a, operation: DELETE}}",
            })
    void what_is_no_review_is_refused_whole(String text) {
        JsonNode review = YAML.readTree(text);

        assertThatThrownBy(() -> answer(review)).isInstanceOf(IllegalArgumentException.class);
    }

    private static JsonNode create(String yaml) {
        return create(yaml, "shop");
    }

    private static JsonNode create(String yaml, String namespace) {
        ObjectNode review = review("CREATE", tree(yaml), null);
        ((ObjectNode) review.get("request")).put("namespace", namespace);
        return answer(review);
    }

    private static JsonNode respond(String operation, @Nullable ObjectNode object, @Nullable ObjectNode old) {
        return answer(review(operation, object, old));
    }

    private static JsonNode answer(JsonNode review) {
        JsonNode answer = new ValidationEndpoint("open"::equals).answer(review);
        assertThat(answer.get("kind").stringValue()).isEqualTo("AdmissionReview");
        assertThat(answer.get("apiVersion").stringValue()).isEqualTo("admission.k8s.io/v1");
        return answer.get("response");
    }

    private static ObjectNode review(String operation, @Nullable ObjectNode object, @Nullable ObjectNode old) {
        ObjectNode review = tree("""
                apiVersion: admission.k8s.io/v1
                kind: AdmissionReview
                request: {uid: u1, operation: %s, namespace: shop, object: null, oldObject: null}
                """.formatted(operation));
        ObjectNode request = (ObjectNode) review.get("request");
        if (object != null) {
            request.set("object", object);
        }
        if (old != null) {
            request.set("oldObject", old);
        }
        return review;
    }

    private static ObjectNode tree(String yaml) {
        return (ObjectNode) YAML.readTree(yaml);
    }
}
