package io.weir.controlplane.model.build;

import static io.weir.controlplane.reference.Yaml.group;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.split;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.target;
import static io.weir.controlplane.reference.Yaml.tcpRoute;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.SmiEntry;
import io.weir.smi.ObjectMeta;
import io.weir.smi.SmiObject;
import io.weir.smi.access.v1alpha3.Rule;
import io.weir.smi.access.v1alpha3.Subject;
import io.weir.smi.access.v1alpha3.TrafficTarget;
import io.weir.smi.access.v1alpha3.TrafficTargetSpec;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FindingsTest {

    private static final Subject API = account("api", null);
    private static final Subject WEB = account("web", null);
    private static final Rule ALL = new Rule("TCPRoute", "all", null);

    private static Subject account(String name, @Nullable String namespace) {
        return new Subject("ServiceAccount", name, namespace);
    }

    /** A source that does not validate what it hands on: the target's findings, where all else is right. */
    private static Built unvalidated(Subject destination, List<Subject> sources, Rule... rules) {
        ClusterState valid = state(tcpRoute("all"), group("g", "{name: all}"));
        TreeMap<ObjectRef, SmiEntry> smi = new TreeMap<>(valid.smi());
        SmiObject target = new TrafficTarget(
                new ObjectMeta("t", "shop", null, null, null),
                new TrafficTargetSpec(destination, sources, List.of(rules)));
        smi.put(new ObjectRef("TrafficTarget", "shop", "t"), new SmiEntry(target, Instant.EPOCH));
        return MeshModelBuilder.build(
                new ClusterState(
                        valid.namespaces(),
                        valid.services(),
                        valid.serviceAccounts(),
                        valid.replicas(),
                        valid.endpoints(),
                        smi,
                        valid.loopback(),
                        valid.locations(),
                        List.of()),
                MeshSettings.defaults());
    }

    private static void nobody(Built built, Code code, String field) {
        assertThat(built.model().grants()).isEmpty();
        assertThat(built.diagnostics()).anySatisfy(found -> {
            assertThat(found.code()).isEqualTo(code.code());
            assertThat(found.field()).isEqualTo(field);
        });
    }

    @Test
    void what_validation_would_refuse_lets_nobody_in_even_if_it_gets_here() {
        assertThat(unvalidated(API, List.of(WEB), ALL).model().grants()).isNotEmpty();
        nobody(
                unvalidated(account("api", "other"), List.of(WEB), ALL),
                Code.TARGET_NAMESPACE,
                "spec.destination.namespace");
        nobody(
                unvalidated(new Subject("Group", "api", null), List.of(WEB), ALL),
                Code.TARGET_SUBJECT_KIND,
                "spec.destination.kind");
        nobody(
                unvalidated(API, List.of(new Subject("Group", "web", null)), ALL),
                Code.TARGET_SUBJECT_KIND,
                "spec.sources[0].kind");
        nobody(unvalidated(API, List.of(), ALL), Code.TARGET_WITHOUT_SOURCES, "spec.sources");
        nobody(unvalidated(API, List.of(WEB)), Code.TARGET_WITHOUT_RULES, "spec.rules");
        nobody(
                unvalidated(API, List.of(WEB), ALL, new Rule("GRPCRoute", "g", null)),
                Code.TARGET_RULE_KIND,
                "spec.rules[1].kind");
    }

    @Test
    void what_the_object_itself_says_is_not_said_again() {
        for (String[] mesh : new String[][] {
            {tcpRoute("all"), target("t", "api", List.of(), "TCPRoute/all")},
            {target("t", "api", List.of("web"))},
            {service("web", "{port: 80}"), service("v1", "{port: 80}"), split("s", "web", "v1=0")},
            {split("s", "web.other", "v1=1")}
        }) {
            ClusterState state = state(mesh);
            assertThat(Stream.concat(
                                    state.diagnostics().stream(),
                                    MeshModelBuilder.build(state, MeshSettings.defaults()).diagnostics().stream())
                            .filter(found -> found.severity() != Diagnostic.Severity.INFO)
                            .map(found -> found.object() + " " + found.field()))
                    .hasSize(1);
        }
    }

    @Test
    void s28_routes_that_nobody_refers_to_change_nothing() {
        String[] mesh = {tcpRoute("all"), target("t", "api", List.of("web"), "TCPRoute/all")};
        Built without = MeshModelBuilder.build(state(mesh), MeshSettings.defaults());
        Built with = MeshModelBuilder.build(
                state(mesh[0], mesh[1], group("unused", "{name: all}"), tcpRoute("unused", 80)),
                MeshSettings.defaults());
        assertThat(with.model().grants()).isEqualTo(without.model().grants());
        assertThat(with.model().routes()).isEqualTo(without.model().routes());
        assertThat(with.diagnostics()).isEqualTo(without.diagnostics());
    }
}
