package io.weir.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.injector.bootstrap.Credential;
import io.weir.injector.golden.GoldenCase;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionDecision.Reason;
import io.weir.injector.inject.InjectionDecision.Refuse;
import io.weir.injector.inject.InjectionDecision.Skip;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.Keys;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A pod that comes a second time, after other webhooks and the API server's defaults have been at it. */
class RevisitTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final NamespaceView SHOP = NamespaceView.enabled("shop");

    private final InjectionSettings settings = GoldenCase.settings(YAML.createObjectNode());

    private Injection again(ObjectNode pod) {
        return Injection.of(SHOP, pod, settings);
    }

    private ObjectNode injected(String manifest) {
        Injection injection = again((ObjectNode) YAML.readTree(manifest));
        assertThat(injection.decision()).isInstanceOf(Inject.class);
        return injection.after();
    }

    private ObjectNode web() {
        return injected("""
                metadata: {name: web, annotations: {prometheus.io/scrape: "true", prometheus.io/port: "8080"}}
                spec:
                  containers:
                  - name: web
                    image: shop/web
                    ports: [{containerPort: 8080}, {containerPort: 53, protocol: UDP}]
                    livenessProbe: {httpGet: {path: /, port: 8080}}
                """);
    }

    private static ObjectNode container(ObjectNode pod, String name) {
        PodTree tree = new PodTree(pod);
        return tree.containers().stream()
                .filter(one -> PodTree.name(one).equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ArrayNode containers(ObjectNode pod) {
        return (ArrayNode) pod.at("/spec/containers");
    }

    @Test
    void a_sidecar_that_only_an_annotation_tells_of_is_refused() {
        ObjectNode forged = (ObjectNode) YAML.readTree("""
                metadata: {name: web, annotations: {weir.io/sidecar: '{"style":"NATIVE","interception":"REDIRECT"}'}}
                spec: {containers: [{name: weir-proxy, image: mine}, {name: web, image: shop/web}]}
                """);
        assertThat(again(forged).decision())
                .isInstanceOfSatisfying(
                        Refuse.class,
                        refused -> assertThat(refused.message())
                                .startsWith(
                                        "spec.containers[0].name: 'weir-proxy' is the name of a container of the sidecar."));
    }

    @Test
    void no_annotation_makes_an_explicit_proxy_pod_of_one_that_asks_for_redirection() {
        NamespaceView deny = new NamespaceView("shop", Map.of(Keys.INJECT, Keys.ENABLED, Keys.MODE, "deny"), Map.of());
        ObjectNode forged = (ObjectNode) YAML.readTree("""
                metadata: {name: web, annotations: {weir.io/sidecar: '{"style":"NATIVE","interception":"EXPLICIT"}'}}
                spec: {containers: [{name: weir-proxy, image: mine}, {name: web, image: shop/web}]}
                """);
        for (NamespaceView namespace : List.of(SHOP, deny)) {
            Injection refused = Injection.of(namespace, forged, settings);
            assertThat(refused.decision())
                    .isInstanceOfSatisfying(
                            Refuse.class,
                            it -> assertThat(it.message())
                                    .startsWith(
                                            "metadata.annotations[weir.io/sidecar]: the pod's sidecar intercepts in another way"));
            assertThat(refused.patch()).isEmpty();
        }
    }

    @Test
    void a_pod_keeps_the_credential_that_its_volumes_have() {
        ObjectNode pod = web();
        containers(pod)
                .addObject()
                .put("name", "late")
                .set("readinessProbe", YAML.readTree("{tcpSocket: {port: 9000}}"));

        Injection second = Injection.of(SHOP, pod, settings.with(Credential.CERTIFICATE));

        assertThat(second.decision()).isInstanceOf(Inject.class);
        assertThat(container(second.after(), "weir-proxy").get("args").get(1).asString())
                .contains("weir-xds-token")
                .doesNotContain("weir-xds-certificate");
        assertThat(second.after().at("/metadata/annotations").has("weir.io/token-source"))
                .isTrue();
    }

    @Test
    void what_defaulting_adds_is_no_reason_to_touch_it() {
        ObjectNode pod = web();
        container(pod, "weir-proxy").put("imagePullPolicy", "IfNotPresent").put("terminationMessagePath", "/dev/log");
        ((ObjectNode) container(pod, "weir-proxy").at("/readinessProbe")).put("successThreshold", 1);
        ((ObjectNode) container(pod, "web").at("/livenessProbe")).put("successThreshold", 1);
        ((ArrayNode) container(pod, "weir-proxy").get("env")).addObject().put("name", "ADDED");
        Injection second = again(pod);
        assertThat(second.decision()).isEqualTo(new Skip(Reason.ALREADY_INJECTED));
        assertThat(second.patch()).isEmpty();
    }

    @Test
    void a_container_that_came_later_gets_its_probes_and_its_udp_ports() {
        ObjectNode pod = web();
        ((ArrayNode) container(pod, "weir-proxy").get("env")).addObject().put("name", "ADDED");
        containers(pod).insert(0, YAML.readTree("""
                name: logs
                image: logs
                ports: [{containerPort: 514, protocol: UDP}]
                readinessProbe: {tcpSocket: {port: 514}}
                """));
        Injection second = again(pod);
        assertThat(second.decision()).isInstanceOf(Inject.class);
        ObjectNode after = second.after();
        assertThat(container(after, "logs").at("/readinessProbe/httpGet/path").asString())
                .isEqualTo("/probe/logs/readiness");
        assertThat(container(after, "weir-proxy").at("/args/1").asString())
                .contains("weir-probe/logs/readiness", "weir-probe/web/liveness");
        assertThat(container(after, "weir-init").at("/args/0").asString())
                .contains("udp dport 53 redirect to :15300", "udp dport 514 redirect to :15301");
        assertThat(container(after, "weir-proxy").get("env").toString()).contains("ADDED");
        assertThat(sidecar(after).udpPorts()).containsEntry(514, 15_301);
        assertThat(sidecar(after).original())
                .containsEntry("/spec/containers/web/livenessProbe", "{\"httpGet\":{\"path\":\"/\",\"port\":8080}}")
                .containsEntry("/metadata/annotations/prometheus.io~1port", "\"8080\"");
        Injection third = again(after);
        assertThat(third.decision()).isEqualTo(new Skip(Reason.ALREADY_INJECTED));
        assertThat(third.patch()).isEmpty();
    }

    @Test
    void a_container_that_came_later_with_the_sidecars_user_is_refused() {
        ObjectNode pod = web();
        containers(pod).add(YAML.readTree("{name: spy, image: spy, securityContext: {runAsUser: 2102}}"));
        assertThat(again(pod).decision()).isInstanceOf(Refuse.class);
    }

    @Test
    void a_sidecar_of_another_version_stays_as_it_is() {
        ObjectNode pod = web();
        InjectedSidecar of = sidecar(pod);
        ((ObjectNode) pod.at("/metadata/annotations"))
                .put(
                        Keys.SIDECAR,
                        new InjectedSidecar(
                                        "0.0.9",
                                        of.style(),
                                        of.interception(),
                                        of.udpPorts(),
                                        of.excludedInboundPorts(),
                                        of.original())
                                .json());
        containers(pod).add(YAML.readTree("{name: logs, image: logs, readinessProbe: {tcpSocket: {port: 514}}}"));
        Injection second = again(pod);
        assertThat(second.decision()).isEqualTo(new Skip(Reason.ALREADY_INJECTED));
        assertThat(second.patch()).isEmpty();
    }

    @Test
    void the_annotation_alone_is_no_sidecar() {
        ObjectNode pod = (ObjectNode) YAML.readTree("""
                metadata: {name: web, annotations: {weir.io/sidecar: '%s', weir.io/inject-skipped: earlier}}
                spec: {containers: [{name: web, image: shop/web}]}
                """.formatted(sidecar(web()).json()));
        Injection injection = again(pod);
        assertThat(injection.decision()).isInstanceOf(Inject.class);
        assertThat(container(injection.after(), "weir-proxy")).isNotNull();
        assertThat(sidecar(injection.after()).original()).isEmpty();
        assertThat(injection.after().at("/metadata/annotations").has(Keys.INJECT_SKIPPED))
                .isFalse();
    }

    @Test
    void a_container_of_that_name_alone_is_refused() {
        JsonNode pod = YAML.readTree("{metadata: {name: web}, spec: {containers: [{name: weir-proxy, image: x}]}}");
        assertThat(again((ObjectNode) pod).decision()).isInstanceOf(Refuse.class);
    }

    @Test
    void an_edited_annotation_breaks_nothing() {
        for (String edited : new String[] {
            "{\"style\":\"NATIVE\",\"interception\":\"REDIRECT\",\"version\":\"0.1.0\",\"original\":"
                    + "{\"/spec/containers/web/livenessProbe\":\"{\",\"/metadata/annotations/a\":\"[1]\"}}",
            "{}",
            "nonsense"
        }) {
            ObjectNode pod = web();
            ((ObjectNode) pod.at("/metadata/annotations")).put(Keys.SIDECAR, edited);
            assertThat(again(pod).decision()).isNotNull();
            assertThat(Uninjection.of(pod)).isNotNull();
        }
    }

    private static InjectedSidecar sidecar(ObjectNode pod) {
        return Objects.requireNonNull(InjectedSidecar.parse(
                pod.at("/metadata/annotations").get(Keys.SIDECAR).asString()));
    }
}
