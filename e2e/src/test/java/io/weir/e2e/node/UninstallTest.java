package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.Program.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Weir leaves: not while it is needed, and then with all that is its own. */
@Tag("node")
class UninstallTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** What is left where pods go on with sidecars; as {@code Kind name}, or what that begins with. */
    private static final List<String> LEFT_FOR_SIDECARS = List.of(
            "Secret weir-ca",
            "Secret weir-injector-tls",
            "Secret weir-telemetry-tls",
            "ConfigMap weir-roots",
            "Lease weir-control-plane",
            "Lease weir-replica-",
            "ClusterTrustBundle weir.io:workload:roots");

    /** Definitions stay; Events go by themselves; the others are old names of what is listed as well. */
    private static final List<String> NOT_LOOKED_AT = List.of(
            "customresourcedefinitions.apiextensions.k8s.io",
            "events",
            "events.events.k8s.io",
            "componentstatuses",
            "endpoints");

    private TestNamespace shop;

    @BeforeEach
    void start() {
        Release.with();
        shop = TestNamespace.meshed("leaving");
        shop.apply(
                EchoApp.serving("web").manifests() + EchoApp.serving("buyer").manifests() + """
                ---
                apiVersion: access.smi-spec.io/v1alpha2
                kind: TrafficTarget
                metadata: {name: buy}
                spec:
                  destination: {kind: ServiceAccount, name: web, namespace: %1$s, port: 8080}
                  rules: [{kind: HTTPRouteGroup, name: all, matches: [all]}]
                  sources: [{kind: ServiceAccount, name: buyer, namespace: %1$s}]
                ---
                apiVersion: specs.smi-spec.io/v1alpha3
                kind: HTTPRouteGroup
                metadata: {name: all}
                spec: {matches: [{name: all, methods: ["*"], pathRegex: ".*"}]}
                ---
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: web}
                spec: {service: web, backends: [{service: web, weight: 90}, {service: buyer, weight: 10}]}
                """.formatted(shop.name()));
        shop.awaitRollout("deploy/web", "deploy/buyer");
    }

    @AfterEach
    void end() {
        shop.close();
    }

    @AfterAll
    static void install() {
        Release.with();
    }

    @Test
    void weir_stays_while_pods_have_sidecars_and_leaves_once_they_have_none() {
        Outcome refused = Release.uninstall();
        assertThat(refused.ok()).isFalse();
        assertThat(refused.output())
                .contains("kubectl -n " + shop.name() + " rollout restart deployment/web")
                .contains("kubectl label namespace " + shop.name() + " weir.io/inject-");
        String revision = Cluster.json(Release.helm("list", "-a", "-n", Release.NAMESPACE, "-o", "json"))
                .at("/0/revision")
                .asString();
        Release.helm("rollback", "weir", revision, "-n", Release.NAMESPACE, "--wait");
        assertThat(Release.helm("list", "--deployed", "-n", Release.NAMESPACE)).contains("weir");
        assertThat(shop.curl("deploy/buyer", "http://web/")).isEqualTo("200");
        // New pods get sidecars all the same.
        shop.kubectl("rollout", "restart", "deploy/web");
        shop.awaitRollout("deploy/web");

        Cluster.kubectl("label", "namespace", shop.name(), "weir.io/inject-");
        shop.kubectl("rollout", "restart", "deploy/web", "deploy/buyer");
        shop.awaitRollout("deploy/web", "deploy/buyer");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(podsWithSidecars()).isEmpty());
        String before = split("v1alpha1");
        assertGone(Release.uninstall(), List.of());

        assertThat(shop.curl("deploy/buyer", "http://web/")).isEqualTo("200");
        assertObjectsRead();
        // Neither to make a namespace that wants sidecars nor to delete one waits for somebody who is gone.
        TestNamespace other = TestNamespace.meshed("other");
        other.apply(EchoApp.serving("web").manifests());
        other.awaitRollout("deploy/web");
        Cluster.kubectl("delete", "namespace", other.name(), "--timeout=90s");

        Release.with();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(split("v1alpha1")).isEqualTo(before));
    }

    @Test
    void weir_leaves_by_force_and_pods_with_sidecars_go_on() {
        Release.with("uninstall.force=true");
        assertGone(Release.uninstall(), LEFT_FOR_SIDECARS);
        assertThat(shop.curl("deploy/buyer", "http://web/")).isEqualTo("200");
        assertObjectsRead();

        // They trust the same root, so new pods and old ones call each other.
        Release.with();
        shop.kubectl("rollout", "restart", "deploy/web");
        shop.awaitRollout("deploy/web");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(shop.curl("deploy/buyer", "http://web/")).isEqualTo("200"));
    }

    private String split(String version) {
        return shop.get("trafficsplits." + version + ".split.smi-spec.io", "web")
                .path("spec")
                .toString();
    }

    private void assertObjectsRead() {
        for (String kind : List.of("traffictargets", "httproutegroups", "trafficsplits")) {
            assertThat(shop.get(kind).path("items"))
                    .as(kind)
                    .hasSize(1)
                    .allSatisfy(object -> assertThat(object.path("spec")).isNotEmpty());
        }
    }

    private static void assertGone(Outcome uninstalled, List<String> left) {
        assertThat(uninstalled.ok()).as(uninstalled.output()).isTrue();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ours())
                        .filteredOn(found -> left.stream().noneMatch(found::startsWith))
                        .isEmpty());
    }

    private static List<String> podsWithSidecars() {
        List<String> pods = new ArrayList<>();
        for (JsonNode pod : Cluster.get("pods", "-A").path("items")) {
            if (pod.at("/metadata/annotations").has("weir.io/sidecar")) {
                pods.add(pod.at("/metadata/namespace").asString("") + "/"
                        + pod.at("/metadata/name").asString(""));
            }
        }
        return pods;
    }

    /** All objects that are Weir's, except definitions and its namespace; as {@code Kind name}. */
    private static List<String> ours() {
        String kinds = Cluster.kubectl("api-resources", "--verbs=list", "-o", "name")
                .lines()
                .filter(kind -> !NOT_LOOKED_AT.contains(kind))
                .collect(Collectors.joining(","));
        List<String> nodes = new ArrayList<>();
        for (JsonNode node : Cluster.get("nodes").path("items")) {
            nodes.add(node.at("/metadata/name").asString(""));
        }
        List<String> ours = new ArrayList<>();
        for (JsonNode object : Cluster.get(kinds, "-A").path("items")) {
            String name = object.at("/metadata/name").asString("");
            String found = object.path("kind").asString("") + " " + name;
            // Helm makes the namespace, and never deletes it.
            if (isOurs(object, name)
                    && !found.equals("Namespace " + Release.NAMESPACE)
                    && nodes.stream().noneMatch(name::startsWith)) {
                ours.add(found);
            }
        }
        return ours;
    }

    /** Each namespace has an account, and a ConfigMap with the root of the API server. */
    private static boolean isOurs(JsonNode object, String name) {
        boolean within = object.at("/metadata/namespace").asString("").equals(Release.NAMESPACE)
                && !name.equals("default")
                && !name.equals("kube-root-ca.crt");
        return within
                || name.startsWith("weir-")
                || name.startsWith("weir.io")
                || object.at("/metadata/labels/app.kubernetes.io~1part-of")
                        .asString("")
                        .equals("weir");
    }
}
