package io.weir.smi.convert;

import static io.weir.smi.SmiKind.HTTP_ROUTE_GROUP;
import static io.weir.smi.SmiKind.TCP_ROUTE;
import static io.weir.smi.SmiKind.TRAFFIC_SPLIT;
import static io.weir.smi.SmiKind.TRAFFIC_TARGET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.smi.SmiKind;
import io.weir.smi.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The conversion table of the requirements, row by row. */
final class ConversionTableTest {

    @Test
    void a_target_v1alpha1_moves_its_fields_under_spec_and_its_port_into_an_annotation() {
        ObjectNode old = Yaml.object(TRAFFIC_TARGET, "v1alpha1", """
                destination: {kind: ServiceAccount, name: api, port: 8080}
                specs: [{kind: TCPRoute, name: t}]
                sources: [{kind: ServiceAccount, name: web}]
                """);

        assertThat(to(old, "v1alpha3")).isEqualTo(Yaml.object(TRAFFIC_TARGET, "v1alpha3", """
                metadata: {name: x, namespace: shop, annotations: {conv.weir.io/destination-port: "8080"}}
                spec:
                  destination: {kind: ServiceAccount, name: api}
                  rules: [{kind: TCPRoute, name: t}]
                  sources: [{kind: ServiceAccount, name: web}]
                """));
    }

    @Test
    void a_target_v1alpha2_rewritten_as_v1alpha3_keeps_its_port() {
        ObjectNode old = Yaml.object(TRAFFIC_TARGET, "v1alpha2", """
                spec:
                  destination: {kind: ServiceAccount, name: api, port: 8080}
                  rules: [{kind: TCPRoute, name: t}]
                  sources: [{kind: ServiceAccount, name: web}]
                """);
        ObjectNode read = to(old, "v1alpha3");
        ((ArrayNode) read.get("spec").get("sources"))
                .addObject()
                .put("kind", "ServiceAccount")
                .put("name", "more");

        ObjectNode again = to(read, "v1alpha2");

        assertThat(again.at("/spec/destination/port").intValue()).isEqualTo(8080);
        assertThat(again.at("/spec/sources/1/name").stringValue()).isEqualTo("more");
        assertThat(again.get("metadata").has("annotations")).isFalse();
    }

    @Test
    void a_port_annotation_that_is_no_number_stays_where_it_is() {
        ObjectNode hub = Yaml.object(TRAFFIC_TARGET, "v1alpha3", """
                metadata: {name: x, annotations: {conv.weir.io/destination-port: all of them}}
                spec: {destination: {kind: ServiceAccount, name: api}}
                """);

        ObjectNode old = to(hub, "v1alpha2");

        assertThat(old.at("/spec/destination").has("port")).isFalse();
        assertThat(to(old, "v1alpha3")).isEqualTo(hub);
    }

    @Test
    void udp_rules_are_hidden_from_old_readers_and_return_to_their_places() {
        ObjectNode hub = Yaml.object(TRAFFIC_TARGET, "v1alpha3", """
                spec:
                  destination: {kind: ServiceAccount, name: api}
                  rules: [{kind: UDPRoute, name: u}, {kind: TCPRoute, name: t}, {kind: UDPRoute, name: v}]
                  sources: [{kind: ServiceAccount, name: web}]
                """);

        ObjectNode old = to(hub, "v1alpha1");

        assertThat(old.get("specs").toString()).isEqualTo("[{\"kind\":\"TCPRoute\",\"name\":\"t\"}]");
        assertThat(to(old, "v1alpha3")).isEqualTo(hub);
    }

    @Test
    void udp_rules_do_not_return_to_rules_that_were_edited_meanwhile() {
        ObjectNode old = to(Yaml.object(TRAFFIC_TARGET, "v1alpha3", """
                spec: {rules: [{kind: UDPRoute, name: u}, {kind: TCPRoute, name: t}]}
                """), "v1alpha2");
        ((ObjectNode) old.at("/spec/rules/0")).put("name", "other");

        assertThat(to(old, "v1alpha3")).isEqualTo(Yaml.object(TRAFFIC_TARGET, "v1alpha3", """
                spec: {rules: [{kind: TCPRoute, name: other}]}
                """));
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1alpha1", "v1alpha2"})
    void headers_reach_the_versions_whose_text_forgot_them(String version) {
        for (String headers : new String[] {"[{cookie: a}]", "{cookie: a, user-agent: b}"}) {
            ObjectNode hub =
                    Yaml.object(HTTP_ROUTE_GROUP, "v1alpha4", "spec: {matches: [{name: m, headers: " + headers + "}]}");

            ObjectNode old = to(hub, version);

            assertThat(old)
                    .isEqualTo(
                            Yaml.object(HTTP_ROUTE_GROUP, version, "matches: [{name: m, headers: " + headers + "}]"));
        }
    }

    @Test
    void a_stray_top_level_field_of_the_newest_version_gains_no_meaning_in_the_oldest() {
        ObjectNode hub = Yaml.object(HTTP_ROUTE_GROUP, "v1alpha4", "matches: [{name: m}]");

        assertThat(to(hub, "v1alpha1").get("matches")).isEmpty();
    }

    @Test
    void an_empty_spec_stays_an_empty_spec() {
        ObjectNode hub = Yaml.object(HTTP_ROUTE_GROUP, "v1alpha4", "spec: {}");

        assertThat(to(to(hub, "v1alpha1"), "v1alpha4")).isEqualTo(hub);
    }

    @Test
    void route_groups_v1alpha3_and_splits_v1alpha3_are_the_newest_under_another_name() {
        ObjectNode group = Yaml.object(HTTP_ROUTE_GROUP, "v1alpha3", "spec: {matches: [{name: m}]}");
        ObjectNode split = Yaml.object(TRAFFIC_SPLIT, "v1alpha3", "spec: {service: a, backends: [], matches: []}");

        assertThat(to(group, "v1alpha4")).isEqualTo(group.deepCopy().put("apiVersion", "specs.smi-spec.io/v1alpha4"));
        assertThat(to(split, "v1alpha4")).isEqualTo(split.deepCopy().put("apiVersion", "split.smi-spec.io/v1alpha4"));
    }

    @Test
    void a_tcp_route_without_ports_means_all_ports() {
        for (String version : new String[] {"v1alpha1", "v1alpha2", "v1alpha3"}) {
            ObjectNode old = Yaml.object(TCP_ROUTE, version, version.equals("v1alpha3") ? "spec: {}" : "{}");

            assertThat(to(old, "v1alpha4"))
                    .isEqualTo(Yaml.object(TCP_ROUTE, "v1alpha4", "spec: {matches: {ports: []}}"));
        }
    }

    @Test
    void the_ports_of_a_tcp_route_survive_a_version_without_them() {
        ObjectNode hub = Yaml.object(TCP_ROUTE, "v1alpha4", "spec: {matches: {ports: [3306]}}");

        ObjectNode old = to(hub, "v1alpha3");

        assertThat(old).isEqualTo(Yaml.object(TCP_ROUTE, "v1alpha3", """
                metadata: {name: x, namespace: shop, annotations: {conv.weir.io/ports: "[3306]"}}
                spec: {}
                """));
        assertThat(to(old, "v1alpha4")).isEqualTo(hub);
    }

    @Test
    void the_matches_of_a_split_survive_an_edit_of_its_weights_in_an_old_version() {
        ObjectNode old = to(Yaml.object(TRAFFIC_SPLIT, "v1alpha4", """
                spec:
                  service: web
                  backends: [{service: a, weight: 90}, {service: b, weight: 10}]
                  matches: [{kind: HTTPRouteGroup, name: g}]
                """), "v1alpha2");
        ((ObjectNode) old.at("/spec/backends/0")).put("weight", 50);

        ObjectNode hub = to(old, "v1alpha4");

        assertThat(old.get("spec").has("matches")).isFalse();
        assertThat(hub).isEqualTo(Yaml.object(TRAFFIC_SPLIT, "v1alpha4", """
                spec:
                  service: web
                  backends: [{service: a, weight: 50}, {service: b, weight: 10}]
                  matches: [{kind: HTTPRouteGroup, name: g}]
                """));
    }

    @Test
    void a_merge_patch_of_backends_through_v1alpha1_equals_a_direct_edit() {
        ObjectNode stored = Yaml.object(TRAFFIC_SPLIT, "v1alpha4", """
                spec:
                  service: web
                  backends: [{service: a, weight: 100}, {service: b, weight: 0}]
                  matches: [{kind: HTTPRouteGroup, name: g}]
                """);
        ObjectNode patched = to(stored, "v1alpha1");
        ((ObjectNode) patched.get("spec"))
                .set(
                        "backends",
                        Yaml.object("x: [{service: a, weight: '80'}, {service: b, weight: '20'}]")
                                .get("x"));

        assertThat(to(patched, "v1alpha4")).isEqualTo(Yaml.object(TRAFFIC_SPLIT, "v1alpha4", """
                spec:
                  service: web
                  backends: [{service: a, weight: 80}, {service: b, weight: 20}]
                  matches: [{kind: HTTPRouteGroup, name: g}]
                """));
    }

    @Test
    void stepping_a_canary_through_v1alpha1_gives_back_what_was_put() {
        for (String[] weights : new String[][] {{"0", "100"}, {"10", "90"}, {"50", "50"}}) {
            ObjectNode put = Yaml.object(TRAFFIC_SPLIT, "v1alpha1", """
                    spec: {service: web, backends: [{service: b, weight: '%s'}, {service: a, weight: '%s'}]}
                    """.formatted((Object[]) weights));

            assertThat(to(to(put, "v1alpha4"), "v1alpha1")).isEqualTo(put);
        }
    }

    @Test
    void what_is_malformed_is_carried_along() {
        for (SmiKind kind : SmiKind.values()) {
            for (String from : kind.versions()) {
                for (String to : kind.versions()) {
                    for (String fields : new String[] {
                        "spec: 7",
                        "spec: []",
                        "metadata: none",
                        "metadata: {annotations: 3}",
                        "spec: {backends: {}}",
                        "spec: {backends: [3, {weight: x}, {weight: -1}, {weight: 1E}]}",
                        "destination: []",
                        "spec: {destination: 3, sources: {a: b}, rules: [null, 4]}",
                        "{matches: 4, spec: {matches: x}}"
                    }) {
                        ObjectNode object = Yaml.object(kind, from, fields);
                        assertThat(to(object, to).get("kind").stringValue()).isEqualTo(kind.kind());
                    }
                }
            }
        }
    }

    @Test
    void versions_that_were_never_released_are_the_callers_mistake() {
        ObjectNode target = Yaml.object(TRAFFIC_TARGET, "v1alpha3", "{}");

        assertThatThrownBy(() -> to(target, "v1alpha4")).isInstanceOf(IllegalArgumentException.class);
    }

    private static ObjectNode to(ObjectNode object, String version) {
        String group = object.get("apiVersion").stringValue().split("/", 2)[0];
        return Conversion.convert(object, group + "/" + version);
    }
}
