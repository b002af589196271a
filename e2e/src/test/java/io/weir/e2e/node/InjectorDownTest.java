package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.Program.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** While no injector runs, what runs is served, and no pod slips into the mesh without its sidecar. */
@Tag("node")
class InjectorDownTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String INJECTOR = "deploy/weir-injector";

    private static TestNamespace meshed;
    private static TestNamespace plain;
    private static String replicas = "1";

    @BeforeAll
    static void start() {
        Release.with();
        meshed = TestNamespace.meshed("meshed");
        plain = TestNamespace.plain("plain");
        meshed.apply(
                EchoApp.serving("web").manifests() + EchoApp.serving("client").manifests());
        meshed.awaitRollout("deploy/web", "deploy/client");
        replicas = String.valueOf(Cluster.get("-n", Release.NAMESPACE, INJECTOR)
                .path("spec")
                .path("replicas")
                .asInt(1));
        scale("0");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Cluster.get(
                                        "-n",
                                        Release.NAMESPACE,
                                        "endpointslices",
                                        "-l",
                                        "kubernetes.io/service-name=weir-injector")
                                .path("items")
                                .valueStream()
                                .flatMap(slice -> slice.path("endpoints").valueStream()))
                        .isEmpty());
    }

    @AfterAll
    static void end() {
        scale(replicas);
        Cluster.kubectl("-n", Release.NAMESPACE, "rollout", "status", INJECTOR, "--timeout=120s");
        meshed.close();
        plain.close();
    }

    private static void scale(String count) {
        Cluster.kubectl("-n", Release.NAMESPACE, "scale", INJECTOR, "--replicas=" + count);
    }

    private static String pod() {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: late}
                spec: {containers: [{name: app, image: "%s", command: [sleep, "600"]}]}
                """.formatted(EchoApp.IMAGE);
    }

    @Test
    void what_runs_is_served_and_new_pods_wait_for_the_injector() {
        assertThat(meshed.curl("deploy/client", "http://web/")).isEqualTo("200");

        Outcome refused = meshed.tryApply(pod());
        assertThat(refused.ok()).isFalse();
        assertThat(refused.output()).contains("pods.weir.io").contains("weir-injector");
        meshed.kubectl("scale", "deploy/web", "--replicas=2");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(meshed.kubectl("get", "events", "--field-selector=reason=FailedCreate"))
                        .contains("pods.weir.io"));
        assertThat(meshed.curl("deploy/client", "http://web/")).isEqualTo("200");

        scale(replicas);
        Cluster.kubectl("-n", Release.NAMESPACE, "rollout", "status", INJECTOR, "--timeout=120s");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(meshed.tryApply(pod()).ok()).isTrue());
        assertThat(meshed.annotation("late", "weir.io/sidecar")).isNotNull();
        meshed.awaitRollout("deploy/web");
        scale("0");
    }

    @Test
    void the_rest_of_the_cluster_notices_nothing() {
        plain.apply(pod());
        assertThat(plain.tryKubectl("wait", "--for=condition=Ready", "pod/late", "--timeout=60s")
                        .ok())
                .isTrue();
        meshed.kubectl("create", "configmap", "settings", "--from-literal=a=b");
        meshed.apply("""
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: TCPRoute
                metadata: {name: stored}
                spec: {matches: {ports: [9000]}}
                """);
        TestNamespace.plain("more").close();
    }
}
