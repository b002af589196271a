package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A namespace that runs without sidecars gets them, Deployment by Deployment, while its pods are called: by each other,
 * from inside the mesh, and from outside; and while they call the world.
 */
@Tag("node")
class LabelledLaterTest {

    private static final int RATE = 50;

    private static HostPeer world;
    private static TestNamespace shop;
    private static TestNamespace inside;
    private static TestNamespace outside;

    @BeforeAll
    static void start() {
        world = HostPeer.start();
        Release.with();
        shop = TestNamespace.plain("later");
        inside = TestNamespace.meshed("inside");
        outside = TestNamespace.plain("outside");
        String web = "http://web." + shop.name() + "/";
        shop.apply(EchoApp.serving("web").replicas(2).manifests()
                + EchoApp.calling("caller", RATE, web, world.url()).replicas(2).manifests());
        inside.apply(EchoApp.calling("caller", RATE, web).manifests());
        outside.apply(EchoApp.calling("caller", RATE, web).manifests());
        shop.awaitRollout("deploy/web", "deploy/caller");
        inside.awaitRollout("deploy/caller");
        outside.awaitRollout("deploy/caller");
    }

    @AfterAll
    static void end() {
        if (shop != null) {
            shop.close();
            inside.close();
            outside.close();
        }
        if (world != null) {
            world.close();
        }
    }

    @Test
    void no_call_fails_while_a_running_namespace_gets_sidecars() {
        // Callers that started before the pods that they call were ready say nothing of Weir.
        Map<String, Calls> before = callers();
        Cluster.kubectl("label", "namespace", shop.name(), "weir.io/inject=enabled");
        shop.kubectl("rollout", "restart", "deploy/web");
        shop.awaitRollout("deploy/web");
        awaitNewPods("web");
        assertNoneFailed(before);

        shop.kubectl("rollout", "restart", "deploy/caller");
        shop.awaitRollout("deploy/caller");
        awaitNewPods("caller");
        // Callers with sidecars call from their beginning: what they called before counts as well.
        assertNoneFailed(before);
    }

    /** Of each URL of each pod that calls. */
    private static Map<String, Calls> callers() {
        Map<String, Calls> calls = new TreeMap<>();
        for (TestNamespace namespace : List.of(shop, inside, outside)) {
            for (String pod : running(namespace, "caller")) {
                List<Calls> each = Calls.each(namespace, "pod/" + pod);
                for (int url = 0; url < each.size(); url++) {
                    calls.put(namespace.name() + "/" + pod + " " + url, each.get(url));
                }
            }
        }
        return calls;
    }

    private static void assertNoneFailed(Map<String, Calls> before) {
        Map<String, Calls> then = callers();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(callers())
                        .allSatisfy((caller, calls) -> assertThat(calls.since(then.getOrDefault(caller, Calls.NONE))
                                        .total())
                                .isGreaterThan(RATE)));
        callers()
                .forEach((caller, calls) -> assertThat(calls.since(before.getOrDefault(caller, Calls.NONE))
                                .failed())
                        .as("%s: %s", caller, calls)
                        .isEmpty());
    }

    private static void awaitNewPods(String app) {
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            JsonNode pods = shop.get("pods", "-l", "app=" + app).path("items");
            assertThat(pods)
                    .hasSize(2)
                    .allSatisfy(pod -> assertThat(pod.at("/spec/initContainers").findValuesAsString("name"))
                            .contains("weir-proxy"));
        });
    }

    private static List<String> running(TestNamespace namespace, String app) {
        List<String> names = new ArrayList<>();
        for (JsonNode pod : namespace.get("pods", "-l", "app=" + app).path("items")) {
            if (pod.at("/metadata/deletionTimestamp").isMissingNode()) {
                names.add(pod.at("/metadata/name").asString(""));
            }
        }
        return names;
    }
}
