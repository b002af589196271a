package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Fifty ways to be wrong: each is reported with file, line, field and fix, and nothing else changes. */
class MalformedTest {

    private static final String GOOD = String.join(
            "---\n",
            Yaml.service("web", "{name: http, port: 80}"),
            Yaml.workload("web", "a", "{name: http, port: 80}"),
            Yaml.tcpRoute("all"),
            Yaml.target("t", "a", List.of("b"), "TCPRoute/all"),
            Yaml.split("s", "web", "web=1"));

    /** @param field what a diagnostic must name, or a parent of it; with the line it must give */
    private record Bad(String text, String field, int line) {}

    private static Bad core(String kind, String body, String field, int line) {
        return new Bad("apiVersion: v1\nkind: " + kind + "\n" + body, field, line);
    }

    private static Bad service(String spec, String field, int line) {
        return core("Service", "metadata: {name: x}\nspec:\n" + spec.indent(2), field, line);
    }

    private static Bad workload(String spec, String field, int line) {
        return new Bad(
                "apiVersion: weir.io/v1alpha1\nkind: Workload\nmetadata: {name: x}\nspec:\n" + spec.indent(2),
                field,
                line);
    }

    private static Bad smi(String apiVersion, String kind, String spec, String field, int line) {
        return new Bad(
                "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: x}\nspec:\n" + spec.indent(2),
                field,
                line);
    }

    private static Bad target(String spec, String field, int line) {
        return smi("access.smi-spec.io/v1alpha3", "TrafficTarget", spec, field, line);
    }

    private static Bad group(String spec, String field, int line) {
        return smi("specs.smi-spec.io/v1alpha4", "HTTPRouteGroup", spec, field, line);
    }

    private static Bad split(String spec, String field, int line) {
        return smi("split.smi-spec.io/v1alpha4", "TrafficSplit", spec, field, line);
    }

    private static List<Bad> text() {
        return List.of(
                new Bad("a: [\n", "", 2),
                new Bad("a: b: c\n", "", 1),
                new Bad("\tkind: x\n", "", 1),
                new Bad("a: *nothing\n", "", 1),
                new Bad("just words\n", "", 1),
                new Bad("- a\n- b\n", "", 1),
                new Bad("kind: Service\nmetadata: {name: x}\n", "apiVersion", 1),
                new Bad("apiVersion: v1\nmetadata: {name: x}\n", "kind", 1),
                new Bad("apiVersion: v1\nkind: 7\n", "kind", 2),
                new Bad("apiVersion: v1\nkind: List\nitems: {}\n", "items", 1),
                new Bad("apiVersion: weir.io/v1\nkind: Workload\nmetadata: {name: x}\n", "kind", 2),
                new Bad("apiVersion: weir.io/v1alpha1\nkind: Worklod\nmetadata: {name: x}\n", "kind", 2),
                new Bad("apiVersion: split.smi-spec.io/v9\nkind: TrafficSplit\nmetadata: {name: x}\n", "apiVersion", 1),
                new Bad(
                        "apiVersion: access.smi-spec.io/v1alpha3\nkind: TrafficTarge\nmetadata: {name: x}\n",
                        "kind",
                        2),
                core("Service", "metadata: {}\n", "metadata.name", 3),
                core("Service", "metadata: {name: Upper}\n", "metadata.name", 3),
                core("Service", "metadata: {name: x, namespace: a/b}\n", "metadata.namespace", 3),
                core("ServiceAccount", "metadata:\n  name: 5\n", "metadata.name", 4),
                core("Namespace", "metadata: {name: n, labels: [a]}\n", "metadata.labels", 3));
    }

    private static List<Bad> ours() {
        return List.of(
                service("ports: 80", "spec.ports", 5),
                service("ports:\n- port: 0", "spec.ports[0].port", 6),
                service("ports:\n- port: '80'", "spec.ports[0].port", 6),
                service("ports:\n- name: x", "spec.ports[0].port", 6),
                service("ports:\n- port: 1\n- port: 1", "spec.ports[1].port", 7),
                service("ports:\n- port: 1\n  protocol: ICMP", "spec.ports[0].protocol", 7),
                service("ports:\n- port: 1\n  targetPort: '8080'", "spec.ports[0].targetPort", 7),
                service("selector: {a: 1}\nports: [{port: 1}]", "spec.selector.a", 5),
                service("type: ExternalName", "spec.type", 5),
                service("ports: []\nselector: {a: b}\nselector: {a: c}", "spec.selector", 7),
                workload("port: 80", "spec.port", 5),
                workload("ports:\n- port: 70000", "spec.ports[0].port", 6),
                workload("ports:\n- {port: 1, name: Web}", "spec.ports[0].name", 6),
                workload("address: localhost", "spec.address", 5),
                workload("replicas: 2", "spec.replicas", 5),
                workload("command: run\n", "spec.command", 5),
                workload("command: [run]\nreplicas: 101", "spec.replicas", 6),
                workload("command: [run]\nenv:\n- {name: A, valueFrom: {}}", "spec.env[0].valueFrom", 7),
                workload("ready: 'yes'", "spec.ready", 5));
    }

    private static List<Bad> smi() {
        String to = "destination: {kind: ServiceAccount, name: a}\n";
        String from = "sources: [{kind: ServiceAccount, name: b}]\n";
        String rules = "rules: [{kind: TCPRoute, name: all}]\n";
        return List.of(
                target(from + rules, "spec.destination", 4),
                target(
                        "destination: {kind: ServiceAccount, namespace: other, name: a}\n" + from + rules,
                        "spec.destination.namespace",
                        5),
                target(to + from + "rules: [{kind: Foo, name: x}]", "spec.rules[0].kind", 7),
                target(to + from, "spec.rules", 4),
                group("matches: [{pathRegex: /}]", "spec.matches[0].name", 5),
                group("matches:\n- name: a\n  pathRegex: '(?=x)'", "spec.matches[0].pathRegex", 7),
                group("matches:\n- name: a\n  methods: [get]", "spec.matches[0].methods[0]", 7),
                group("matches:\n- name: a\n- name: a", "spec.matches[1].name", 7),
                group("matches:\n- name: a\n  headers: [{'a b': x}]", "spec.matches[0].headers[0].a b", 7),
                smi("specs.smi-spec.io/v1alpha4", "TCPRoute", "matches: {ports: [0]}", "spec.matches.ports[0]", 5),
                smi("specs.smi-spec.io/v1alpha4", "UDPRoute", "matches: {ports: [a]}", "spec.matches.ports[0]", 5),
                split("backends: []", "spec.service", 4),
                split("service: web\nbackends:\n- {service: a, weight: -1}", "spec.backends[0].weight", 7),
                split("service: web\nbackends:\n- {service: a, weight: 0.5}", "spec.backends[0].weight", 7),
                split("service: web\nbackends:\n- {weight: 1}", "spec.backends[0].service", 7),
                split("service: web\nbackends: []\nmatches: [{kind: Foo, name: x}]", "spec.matches[0].kind", 7));
    }

    @Test
    void each_is_reported_with_file_line_field_and_fix_and_nothing_else_changes() {
        List<Bad> all = new ArrayList<>(text());
        all.addAll(ours());
        all.addAll(smi());
        assertThat(all).hasSizeGreaterThanOrEqualTo(50);
        TreeMap<String, String> files = new TreeMap<>(Map.of("good.yaml", GOOD));
        ClusterState good = ManifestFiles.parse(files);
        assertThat(good.diagnostics()).isEmpty();
        for (int i = 0; i < all.size(); i++) {
            files.put("bad%02d.yaml".formatted(i), all.get(i).text().replace("{name: x}", "{name: x" + i + "}"));
        }
        ClusterState state = ManifestFiles.parse(files);
        SoftAssertions soft = new SoftAssertions();
        for (int i = 0; i < all.size(); i++) {
            Bad bad = all.get(i);
            String file = "bad%02d.yaml".formatted(i);
            List<Diagnostic> found = state.diagnostics().stream()
                    .filter(each ->
                            each.location() != null && each.location().file().equals(file))
                    .filter(each -> each.severity() == Severity.ERROR)
                    .toList();
            soft.assertThat(found).as("%s: %s", file, bad.text()).anySatisfy(each -> {
                assertThat(each.field()).isEqualTo(bad.field());
                assertThat(each.location().line()).isEqualTo(bad.line());
                assertThat(each.message()).isNotBlank();
                assertThat(each.fix()).isNotBlank();
            });
        }
        soft.assertAll();
        assertThat(state.smi()).containsAllEntriesOf(good.smi());
        assertThat(model(state)).isEqualTo(model(good));
    }

    private static MeshModel model(ClusterState state) {
        return MeshModelBuilder.build(state, MeshSettings.defaults()).model();
    }
}
