package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Weir of {@code e2e/upgrade-from} is upgraded to that of this checkout while there are calls. {@code WEIR_EARLIER} names
 * the folder that {@code scripts/earlier} prints; its image is in the cluster.
 */
@Tag("node")
class UpgradeFromEarlierTest {

    private static TestNamespace shop;

    @BeforeAll
    static void start() {
        String earlier = System.getenv("WEIR_EARLIER");
        assumeThat(earlier).as("WEIR_EARLIER").isNotNull();
        // What is installed was never the earlier one: it goes as a whole.
        Release.with("uninstall.force=true");
        assertThat(Release.uninstall().output()).contains("release \"weir\" uninstalled");
        Release.of(Path.of(earlier, "chart"), "image.tag=earlier");
        shop = TestNamespace.meshed("earlier", "weir.io/mode=deny");
        shop.apply(EchoApp.serving("web").replicas(2).manifests()
                + EchoApp.calling("caller", 100, "http://web/").manifests()
                + """
                ---
                apiVersion: access.smi-spec.io/v1alpha2
                kind: TrafficTarget
                metadata: {name: call}
                spec:
                  destination: {kind: ServiceAccount, name: web, namespace: %1$s}
                  rules: [{kind: HTTPRouteGroup, name: all, matches: [all]}]
                  sources: [{kind: ServiceAccount, name: caller, namespace: %1$s}]
                ---
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: all}
                spec: {matches: [{name: all, methods: ["*"], pathRegex: ".*"}]}
                """.formatted(shop.name()));
        shop.awaitRollout("deploy/web");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(shop.curl("deploy/caller", "http://web/")).isEqualTo("200"));
    }

    @AfterAll
    static void end() {
        if (shop != null) {
            shop.close();
            Release.with();
        }
    }

    @Test
    void sidecars_of_before_and_sidecars_of_now_call_each_other_all_the_time() {
        Calls before = Calls.of(shop, "deploy/caller", 0);
        String roots = UpgradeTest.roots();

        Release.with();
        assertThat(Cluster.get("deploy", "weir-control-plane", "-n", Release.NAMESPACE)
                        .at("/spec/template/spec/containers/0/image")
                        .asString(""))
                .doesNotEndWith(":earlier");
        assertNoCallFailed(before);

        // Those who are called get new sidecars; the caller keeps its own.
        shop.kubectl("rollout", "restart", "deploy/web");
        shop.awaitRollout("deploy/web");
        assertNoCallFailed(before);
        assertThat(UpgradeTest.roots()).isEqualTo(roots);
    }

    private static void assertNoCallFailed(Calls before) {
        long made = Calls.of(shop, "deploy/caller", 0).total();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Calls.of(shop, "deploy/caller", 0).total() > made + 300);
        Calls calls = Calls.of(shop, "deploy/caller", 0).since(before);
        assertThat(calls.failed()).as("%s", calls).isEmpty();
    }
}
