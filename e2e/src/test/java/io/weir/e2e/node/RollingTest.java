package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Apps and Weir's own programs are restarted while there are calls, and none fails. */
@Tag("node")
class RollingTest {

    /** Pods that are made while a program of Weir is restarted. */
    private static final int MEANWHILE = 4;

    private static TestNamespace shop;

    private Calls before;

    @BeforeAll
    static void start() {
        Release.with();
        shop = TestNamespace.meshed("rolling");
        shop.apply(EchoApp.serving("web").replicas(2).manifests()
                + EchoApp.calling("caller", 100, "http://web/").manifests());
        shop.awaitRollout("deploy/web", "deploy/caller");
    }

    @AfterAll
    static void end() {
        shop.close();
    }

    @BeforeEach
    void calls_are_made() {
        before = Calls.of(shop, "deploy/caller", 0);
        awaitCalls();
    }

    @Test
    void an_app_is_restarted() {
        shop.kubectl("rollout", "restart", "deploy/web");
        shop.awaitRollout("deploy/web");
        await().atMost(Duration.ofSeconds(60)).until(() -> pods("web").size() == 2);
        assertNoCallFailed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"weir-control-plane", "weir-injector"})
    void a_program_of_weir_is_restarted_and_new_pods_get_their_sidecars(String program) {
        String late = "made-while-" + program;
        shop.apply(EchoApp.serving(late).replicas(0).manifests());
        Cluster.kubectl("-n", Release.NAMESPACE, "rollout", "restart", "deploy/" + program);
        for (int made = 1; made <= MEANWHILE; made++) {
            shop.kubectl("scale", "deploy/" + late, "--replicas=" + made);
            int wanted = made;
            await().atMost(Duration.ofSeconds(30)).until(() -> pods(late).size() == wanted);
        }
        Cluster.kubectl("-n", Release.NAMESPACE, "rollout", "status", "deploy/" + program, "--timeout=180s");
        shop.awaitRollout("deploy/" + late);
        assertThat(pods(late))
                .hasSize(MEANWHILE)
                .allSatisfy(pod -> assertThat(pod.at("/spec/initContainers").findValuesAsString("name"))
                        .contains("weir-proxy"));
        // What follows a change comes from the programs that are new.
        assertThat(shop.curl("deploy/caller", "http://" + late + "/")).isEqualTo("200");
        shop.kubectl("delete", "deploy/" + late, "--wait=false");
        assertNoCallFailed();
    }

    private static JsonNode pods(String app) {
        return shop.get("pods", "-l", "app=" + app).path("items");
    }

    private void awaitCalls() {
        long made = Calls.of(shop, "deploy/caller", 0).total();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Calls.of(shop, "deploy/caller", 0).total() > made + 200);
    }

    private void assertNoCallFailed() {
        awaitCalls();
        Calls calls = Calls.of(shop, "deploy/caller", 0).since(before);
        assertThat(calls.failed()).as("%s", calls).isEmpty();
    }
}
