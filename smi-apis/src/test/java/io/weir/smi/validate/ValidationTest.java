package io.weir.smi.validate;

import static io.weir.smi.SmiKind.HTTP_ROUTE_GROUP;
import static io.weir.smi.SmiKind.TCP_ROUTE;
import static io.weir.smi.SmiKind.TRAFFIC_SPLIT;
import static io.weir.smi.SmiKind.TRAFFIC_TARGET;
import static io.weir.smi.SmiKind.UDP_ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.smi.Decoded;
import io.weir.smi.SmiKind;
import io.weir.smi.SmiReader;
import io.weir.smi.Violation;
import io.weir.smi.Yaml;
import io.weir.smi.access.v1alpha3.Subject;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

final class ValidationTest {

    private static final String TARGET = """
            spec:
              destination: {kind: ServiceAccount, name: api}
              sources: [{kind: ServiceAccount, name: web}]
              rules: [{kind: HTTPRouteGroup, name: g}]
            """;

    /** What stands in the object, and what is said of it: severity, code, field. */
    static Stream<Arguments> findings() {
        return Stream.of(
                target("v1alpha3", TARGET),
                target("v1alpha3", TARGET.replace("name: api", "name: API"), "ERROR WEIR103 spec.destination.name"),
                target("v1alpha3", TARGET.replace("name: api", "name: a.b")),
                target(
                        "v1alpha3",
                        TARGET.replace("name: api", "name: api, namespace: other"),
                        "ERROR WEIR111 spec.destination.namespace"),
                target("v1alpha3", TARGET.replace("name: api", "name: api, namespace: shop")),
                target(
                        "v1alpha3",
                        TARGET.replace("name: api", "name: api, port: 80"),
                        "ERROR WEIR114 spec.destination.port"),
                target("v1alpha2", TARGET.replace("name: api", "name: api, port: 80")),
                target(
                        "v1alpha2",
                        TARGET.replace("name: api", "name: api, port: '80'"),
                        "ERROR WEIR105 spec.destination.port"),
                target(
                        "v1alpha2",
                        TARGET.replace("name: api", "name: api, port: 65536"),
                        "ERROR WEIR105 spec.destination.port"),
                target(
                        "v1alpha3",
                        TARGET.replace("kind: HTTPRouteGroup", "kind: Route"),
                        "ERROR WEIR104 spec.rules[0].kind"),
                target("v1alpha3", TARGET.replace("kind: HTTPRouteGroup", "kind: UDPRoute")),
                target(
                        "v1alpha2",
                        TARGET.replace("kind: HTTPRouteGroup", "kind: UDPRoute"),
                        "ERROR WEIR104 spec.rules[0].kind"),
                target("v1alpha3", TARGET.replace("name: g", "name: g, matches: []")),
                target(
                        "v1alpha3",
                        TARGET.replace("name: g", "name: g, matches: [1]"),
                        "ERROR WEIR101 spec.rules[0].matches[0]"),
                target(
                        "v1alpha3",
                        "spec: {destination: {kind: ServiceAccount, name: a}, sources: [], rules: []}",
                        "ERROR WEIR112 spec.sources",
                        "ERROR WEIR112 spec.rules"),
                target(
                        "v1alpha2",
                        "spec: {destination: {kind: ServiceAccount, name: a}, rules: []}",
                        "WARNING WEIR112 spec.sources",
                        "WARNING WEIR112 spec.rules"),
                target(
                        "v1alpha1",
                        "{destination: {kind: ServiceAccount, name: a}, specs: [], sources: []}",
                        "WARNING WEIR112 sources",
                        "WARNING WEIR112 specs"),
                target(
                        "v1alpha1",
                        "destination: {kind: Pod}",
                        "ERROR WEIR104 destination.kind",
                        "ERROR WEIR102 destination.name",
                        "WARNING WEIR112 sources",
                        "WARNING WEIR112 specs"),
                target("v1alpha3", "{}", "ERROR WEIR102 spec"),
                target(
                        "v1alpha3",
                        TARGET.replace("name: g", "name: g, match: [m]"),
                        "ERROR WEIR121 spec.rules[0].match"),
                target(
                        "v1alpha3",
                        TARGET + "  extra: 1\nmore: 2",
                        "WARNING WEIR121 spec.extra",
                        "WARNING WEIR121 more"),
                group("v1alpha4", "spec: {matches: [{name: m, path: /x}]}", "ERROR WEIR121 spec.matches[0].path"),
                target("v1alpha3", "spec: []", "ERROR WEIR101 spec"),
                target("v1alpha4", TARGET, "ERROR WEIR117 apiVersion"),
                group("v1alpha4", "spec: {matches: [{name: m}]}"),
                group("v1alpha2", "matches: [{name: m}]"),
                group("v1alpha2", "spec: {matches: [{name: m}]}", "ERROR WEIR102 matches", "WARNING WEIR121 spec"),
                group("v1alpha4", "matches: [{name: m}]", "WARNING WEIR115 matches"),
                group("v1alpha4", "{}", "WARNING WEIR115 spec.matches"),
                group("v1alpha4", "spec: {matches: [{name: m}, {name: m}]}", "ERROR WEIR106 spec.matches[1].name"),
                group("v1alpha4", "spec: {matches: [{name: ''}]}", "ERROR WEIR103 spec.matches[0].name"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, methods: [GET, get, 3, null]}]}",
                        "ERROR WEIR104 spec.matches[0].methods[1]",
                        "ERROR WEIR101 spec.matches[0].methods[2]",
                        "ERROR WEIR102 spec.matches[0].methods[3]"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, pathRegex: '(?=x)'}]}",
                        "ERROR WEIR107 spec.matches[0].pathRegex"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, pathRegex: '(a)\\1'}]}",
                        "ERROR WEIR107 spec.matches[0].pathRegex"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, pathRegex: api}]}",
                        "WARNING WEIR118 spec.matches[0].pathRegex"),
                group("v1alpha4", "spec: {matches: [{name: m, headers: [{a: b}, {Host: c}]}]}"),
                group("v1alpha4", "spec: {matches: [{name: m, headers: {a: b, Host: c}}]}"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, headers: [{a: b, c: d}]}]}",
                        "ERROR WEIR101 spec.matches[0].headers[0]"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, headers: [{a: b}, {A: c}]}]}",
                        "ERROR WEIR106 spec.matches[0].headers[1].A"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, headers: {':path': b}}]}",
                        "ERROR WEIR108 spec.matches[0].headers.:path"),
                group(
                        "v1alpha4",
                        "spec: {matches: [{name: m, headers: {a: [b], b: '*', c: null}}]}",
                        "ERROR WEIR101 spec.matches[0].headers.a",
                        "ERROR WEIR107 spec.matches[0].headers.b",
                        "ERROR WEIR102 spec.matches[0].headers.c"),
                group("v1alpha4", "spec: {matches: [{name: m, headers: x}]}", "ERROR WEIR101 spec.matches[0].headers"),
                route(TCP_ROUTE, "v1alpha4", "spec: {matches: {ports: []}}"),
                route(TCP_ROUTE, "v1alpha4", "{}"),
                route(TCP_ROUTE, "v1alpha4", "spec: {}", "ERROR WEIR102 spec.matches"),
                route(
                        UDP_ROUTE,
                        "v1alpha4",
                        "spec: {matches: {ports: [0, 80, 80, 8.5, 80.0]}}",
                        "ERROR WEIR105 spec.matches.ports[0]",
                        "ERROR WEIR105 spec.matches.ports[3]",
                        "ERROR WEIR106 spec.matches.ports[2]",
                        "ERROR WEIR106 spec.matches.ports[4]"),
                route(TCP_ROUTE, "v1alpha3", "spec: {}"),
                route(TCP_ROUTE, "v1alpha3", "spec: {matches: {ports: [80]}}", "ERROR WEIR114 spec.matches.ports"),
                route(UDP_ROUTE, "v1alpha3", "{}", "ERROR WEIR117 apiVersion"),
                split("v1alpha4", "{service: w, backends: [{service: a, weight: 1}]}"),
                split("v1alpha4", "{service: w.shop.svc.cluster.local, backends: [{service: w, weight: 1}]}"),
                split(
                        "v1alpha4",
                        "{service: w.other.svc, backends: [{service: a, weight: 1}]}",
                        "WARNING WEIR113 spec.service"),
                split("v1alpha4", "{service: 'W!', backends: [{service: a, weight: 1}]}", "ERROR WEIR103 spec.service"),
                split(
                        "v1alpha4",
                        "{service: w, backends: [{service: a, weight: -1}, {service: b}, {service: c, weight: '5'},"
                                + " {service: d, weight: 0.5}, {service: e, weight: 5.0}]}",
                        "ERROR WEIR109 spec.backends[0].weight",
                        "ERROR WEIR102 spec.backends[1].weight",
                        "ERROR WEIR109 spec.backends[2].weight",
                        "ERROR WEIR109 spec.backends[3].weight"),
                split("v1alpha1", "{service: w, backends: [{service: a, weight: 500m}, {service: b, weight: 1}]}"),
                split(
                        "v1alpha1",
                        "{service: w, backends: [{service: a, weight: half}]}",
                        "ERROR WEIR109 spec.backends[0].weight"),
                split(
                        "v1alpha1",
                        "{service: w, backends: [{service: a, weight: 2147483648}]}",
                        "ERROR WEIR110 spec.backends"),
                split(
                        "v1alpha1",
                        "{service: w, backends: [{service: a, weight: 3000000}, {service: b, weight: 500m}]}",
                        "ERROR WEIR110 spec.backends"),
                split(
                        "v1alpha4",
                        "{service: w, backends: [{service: a, weight: 2147483647}, {service: b, weight: 2147483647},"
                                + " {service: c, weight: 2}]}",
                        "ERROR WEIR110 spec.backends"),
                split(
                        "v1alpha4",
                        "{service: w, backends: [{service: a, weight: 1}, {service: a, weight: 2}]}",
                        "WARNING WEIR106 spec.backends[1].service"),
                split("v1alpha4", "{service: w, backends: []}", "WARNING WEIR120 spec.backends"),
                split("v1alpha4", "{service: w, backends: [{service: a, weight: 0}]}", "WARNING WEIR120 spec.backends"),
                split("v1alpha4", "{service: w}", "ERROR WEIR102 spec.backends"),
                split(
                        "v1alpha2",
                        "{service: w, backends: [{service: a, weight: 1}], matches: []}",
                        "ERROR WEIR114 spec.matches"),
                split(
                        "v1alpha3",
                        "{service: w, backends: [{service: a, weight: 1}], matches: [{kind: HTTPRouteGroup, name: g,"
                                + " apiGroup: ''}, {kind: TCPRoute, apiGroup: x}]}",
                        "ERROR WEIR104 spec.matches[1].kind",
                        "ERROR WEIR102 spec.matches[1].name",
                        "ERROR WEIR104 spec.matches[1].apiGroup"));
    }

    @ParameterizedTest
    @MethodSource("findings")
    void an_object_gets_these_findings(ObjectNode object, List<String> expected) {
        assertThat(Validation.validate(object))
                .as("%s", object)
                .extracting(v -> v.severity() + " " + v.code() + " " + v.field())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void a_source_that_is_wrong_is_left_out_and_the_others_stand() {
        ObjectNode object = Yaml.object(TRAFFIC_TARGET, "v1alpha3", """
                spec:
                  destination: {kind: ServiceAccount, name: api}
                  sources: [{kind: Group, name: all}, {kind: ServiceAccount, name: web}, 7, {name: x}]
                  rules: [{kind: TCPRoute, name: t}]
                """);

        Decoded.Valid decoded = (Decoded.Valid) SmiReader.read(object);

        assertThat(((TrafficTarget) decoded.object()).spec().sources())
                .containsExactly(new Subject("ServiceAccount", "web", null));
        assertThat(decoded.violations())
                .extracting(Violation::field)
                .containsExactly("spec.sources[0].kind", "spec.sources[2]", "spec.sources[3].kind");
    }

    @Test
    void nobody_reads_as_nobody_in_every_version() {
        for (String version : List.of("v1alpha2", "v1alpha3")) {
            ObjectNode object = Yaml.object(TRAFFIC_TARGET, version, TARGET.replaceAll("sources: .*", "sources: []"));

            Decoded.Valid decoded = (Decoded.Valid) SmiReader.read(object);

            assertThat(((TrafficTarget) decoded.object()).spec().sources()).isEmpty();
            assertThat(decoded.violations()).extracting(Violation::code).containsExactly("WEIR112");
        }
    }

    @Test
    void a_port_annotation_that_says_nothing_takes_the_target_out_of_force() {
        for (String port : List.of("all", "", "0", "65536", "080", "80,81", "\"80\"", "8e1")) {
            ObjectNode object = Yaml.object(TRAFFIC_TARGET, "v1alpha3", TARGET);
            ((ObjectNode) object.get("metadata")).putObject("annotations").put("conv.weir.io/destination-port", port);

            assertThat(SmiReader.read(object)).as(port).isInstanceOf(Decoded.Invalid.class);
        }
    }

    @Test
    void an_annotation_that_brings_back_nonsense_is_refused() {
        ObjectNode object = Yaml.object(TRAFFIC_SPLIT, "v1alpha2", """
                metadata: {name: s, namespace: shop, annotations: {conv.weir.io/matches: '[{"kind": "TCPRoute"}]'}}
                spec: {service: w, backends: [{service: a, weight: 1}]}
                """);

        assertThat(Validation.validate(object)).extracting(Violation::code).containsOnly("WEIR119");
    }

    @Test
    void metadata_is_judged_as_well() {
        ObjectNode object = Yaml.object("""
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: TCPRoute
                metadata:
                  name: Bad_Name
                  namespace: a.b
                  labels: {a: true}
                  annotations: []
                  creationTimestamp: yesterday
                """);

        assertThat(Validation.validate(object))
                .extracting(Violation::field)
                .containsExactly(
                        "metadata.name",
                        "metadata.namespace",
                        "metadata.labels[a]",
                        "metadata.annotations",
                        "metadata.creationTimestamp");
    }

    @Test
    void a_root_service_has_four_forms() {
        for (String root : List.of("w", "w.shop", "w.shop.svc", "w.shop.svc.cluster.local")) {
            assertThat(RootService.of(root, "shop")).isEqualTo("w");
        }
        for (String root : List.of("w.other", "w.shop.com", "w.shopping", "w.shop.svcs", "example.com")) {
            assertThat(RootService.of(root, "shop")).isNull();
        }
    }

    private static Arguments target(String version, String fields, String... expected) {
        return route(TRAFFIC_TARGET, version, fields, expected);
    }

    private static Arguments group(String version, String fields, String... expected) {
        return route(HTTP_ROUTE_GROUP, version, fields, expected);
    }

    private static Arguments split(String version, String spec, String... expected) {
        return route(TRAFFIC_SPLIT, version, "spec: " + spec, expected);
    }

    private static Arguments route(SmiKind kind, String version, String fields, String... expected) {
        return Arguments.of(Yaml.object(kind, version, fields), List.of(expected));
    }
}
