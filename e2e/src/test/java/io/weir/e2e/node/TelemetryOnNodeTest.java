package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.MetricsApi.Count;
import io.weir.e2e.node.Program.Outcome;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** SMI's metrics by way of the API server: what callers saw, for those who may ask, and what comes of it without a replica. */
@Tag("node")
class TelemetryOnNodeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String DEPLOYMENT = "deploy/weir-telemetry";
    private static final String API_SERVICE = "v1alpha2.metrics.smi-spec.io";

    private static TestNamespace shop;
    private static TestNamespace other;
    private static MetricsApi ofShop;
    private static MetricsApi ofOther;

    @BeforeAll
    static void start() {
        Release.with();
        shop = TestNamespace.meshed("measured");
        other = TestNamespace.meshed("measuring");
        ofShop = new MetricsApi(shop.name(), "1m");
        ofOther = new MetricsApi(other.name(), "1m");
        shop.apply(EchoApp.serving("web-v1").manifests()
                + EchoApp.serving("web-v2").manifests()
                + EchoApp.serving("caller").manifests()
                + """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web-v1}, ports: [{name: http, port: 80, targetPort: http}]}
                ---
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: web}
                spec: {service: web, backends: [{service: web-v1, weight: 70}, {service: web-v2, weight: 30}]}
                """);
        other.apply(EchoApp.serving("buyer").manifests());
        shop.awaitRollout("deploy/web-v1", "deploy/web-v2", "deploy/caller");
        other.awaitRollout("deploy/buyer");
        shop.awaitProgrammed("trafficsplits.split.smi-spec.io", "web");
    }

    @AfterAll
    static void end() {
        scale(1);
        awaitAvailable();
        shop.close();
        other.close();
    }

    private static void scale(int replicas) {
        Cluster.kubectl("-n", Release.NAMESPACE, "scale", DEPLOYMENT, "--replicas=" + replicas);
    }

    private static void awaitAvailable() {
        Cluster.kubectl("-n", Release.NAMESPACE, "rollout", "status", DEPLOYMENT, "--timeout=120s");
        Cluster.kubectl("wait", "--for=condition=Available", "apiservice/" + API_SERVICE, "--timeout=90s");
    }

    /** What came back of each app, by the answers' bodies. */
    private static Map<String, Count> calls(TestNamespace from, String workload, int count, int status, String url) {
        Outcome outcome = from.exec(
                workload,
                "curl",
                "-s",
                "-m",
                "10",
                "-w",
                "%{http_code}\n",
                url + "?status=" + status + "&n=[1-" + count + "]");
        assertThat(outcome.ok()).as(outcome.output()).isTrue();
        Map<String, Count> seen = new TreeMap<>();
        Iterator<String> lines = outcome.out().lines().iterator();
        while (lines.hasNext()) {
            String app = Cluster.json(lines.next()).path("app").asString("");
            assertThat(lines.next()).isEqualTo(String.valueOf(status));
            seen.merge(app, status < 500 ? new Count(1, 0) : new Count(0, 1), Count::plus);
        }
        assertThat(seen.values().stream().reduce(Count.NONE, Count::plus))
                .isEqualTo(status < 500 ? new Count(count, 0) : new Count(0, count));
        return seen;
    }

    /** Waits until nothing of what was before is in the window, and all of it is known. */
    private static void awaitQuiet() {
        await().atMost(Duration.ofSeconds(180))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> ofShop.count("").equals(Count.NONE)
                        && ofOther.edges("/edges").isEmpty());
    }

    @Test
    void every_path_tells_what_the_callers_saw() {
        awaitAvailable();
        awaitQuiet();
        Map<String, Count> split = calls(shop, "deploy/caller", 200, 200, "http://web/");
        Map<String, Count> direct = calls(other, "deploy/buyer", 40, 200, "http://web-v1." + shop.name() + "/");
        Map<String, Count> failed = calls(shop, "deploy/caller", 30, 500, "http://web-v2/");
        assertThat(split).containsOnlyKeys("web-v1", "web-v2");
        Count a = split.get("web-v1");
        Count b = split.get("web-v2");
        Count v1 = a.plus(direct.get("web-v1"));
        Count v2 = b.plus(failed.get("web-v2"));

        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(ofShop.count("")).isEqualTo(v1.plus(v2));
                    assertThat(ofShop.edges("/deployments/caller/edges"))
                            .isEqualTo(
                                    Map.of(peer("to Deployment ", "web-v1"), a, peer("to Deployment ", "web-v2"), v2));
                    assertThat(ofOther.edges("/edges"))
                            .isEqualTo(Map.of("to Namespace " + shop.name(), direct.get("web-v1")));
                });
        String pod1 = shop.pods("app=web-v1").getFirst();
        String caller = shop.pods("app=caller").getFirst();
        assertThat(ofShop.count("/pods/" + pod1)).isEqualTo(v1);
        assertThat(ofShop.count("/deployments/web-v2")).isEqualTo(v2);
        assertThat(ofShop.objects("/deployments")).isEqualTo(Map.of("web-v1", v1, "web-v2", v2, "caller", Count.NONE));
        assertThat(ofShop.objects("/services"))
                .isEqualTo(Map.of("web", v1, "web-v1", v1, "web-v2", v2, "caller", Count.NONE));
        assertThat(ofShop.backends("/trafficsplits/web")).isEqualTo(Map.of("web-v1 70", a, "web-v2 30", b));
        assertThat(ofShop.edges("/pods/" + pod1 + "/edges"))
                .isEqualTo(Map.of(
                        peer("from Pod ", caller),
                        a,
                        "from Pod " + other.name() + "/"
                                + other.pods("app=buyer").getFirst(),
                        direct.get("web-v1")));
    }

    private static String peer(String how, String name) {
        return how + shop.name() + "/" + name;
    }

    @Test
    void who_may_not_ask_is_refused_and_nobody_is_believed_whom_the_api_server_does_not_vouch_for() {
        awaitAvailable();
        shop.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: metrics}
                rules: [{apiGroups: [metrics.smi-spec.io], resources: [deployments], verbs: [get]}]
                """);
        shop.kubectl("create", "rolebinding", "metrics", "--role=metrics", "--user=reader");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                ofShop.ask("/deployments/web-v1", "--as=reader").output())
                        .contains("\"kind\":\"TrafficMetrics\""));
        for (String path : List.of("/deployments/web-v1/edges", "/pods", "/edges", "")) {
            assertThat(ofShop.ask(path, "--as=reader").output()).as(path).contains("Forbidden");
        }
        assertThat(ofOther.ask("/deployments/buyer", "--as=reader").output()).contains("Forbidden");

        String direct = "https://weir-telemetry." + Release.NAMESPACE + ofShop.path("/deployments/web-v1");
        assertThat(other.curl("deploy/buyer", direct, "-k")).isEqualTo("401");
        assertThat(other.curl(
                        "deploy/buyer",
                        direct,
                        "-k",
                        "-H",
                        "X-Remote-User: kubernetes-admin",
                        "-H",
                        "X-Remote-Group: system:masters"))
                .as("forged")
                .isEqualTo("401");
    }

    @Test
    void a_program_that_has_just_started_answers_503_and_keeps_no_namespace_from_being_deleted() {
        Cluster.kubectl("-n", Release.NAMESPACE, "rollout", "restart", DEPLOYMENT);
        awaitAvailable();
        shop.kubectl(
                "create", "rolebinding", "view", "--clusterrole=view", "--serviceaccount=" + shop.name() + ":caller");
        String token = shop.kubectl("create", "token", "caller").strip();
        String longer =
                "https://kubernetes.default.svc" + new MetricsApi(shop.name(), "1h").path("/deployments/web-v1");
        // Not kubectl, which waits for as long as the answer says, and asks again.
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                shop.curl("deploy/caller", longer, "-k", "-H", "Authorization: Bearer " + token))
                        .isEqualTo("503"));
        assertThat(Cluster.kubectl("api-resources", "--api-group=metrics.smi-spec.io"))
                .contains("deployments", "trafficsplits");
        TestNamespace gone = TestNamespace.plain("gone");
        Cluster.kubectl("delete", "namespace", gone.name(), "--timeout=240s");
    }

    /** What Kubernetes does of itself: it deletes no namespace before it knows all kinds that may be in it. */
    @Test
    void without_a_replica_the_api_server_says_503_and_namespaces_wait_for_one() {
        awaitAvailable();
        scale(0);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(ofShop.ask("/deployments/web-v1").output()).contains("ServiceUnavailable"));
        Cluster.kubectl("wait", "--for=condition=Available=False", "apiservice/" + API_SERVICE, "--timeout=90s");
        assertThat(shop.curl("deploy/caller", "http://web/")).as("traffic").isEqualTo("200");
        TestNamespace waiting = TestNamespace.plain("waiting");
        waiting.close();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(conditions(waiting)).contains("NamespaceDeletionDiscoveryFailure True"));

        scale(1);
        awaitAvailable();
        Cluster.kubectl("wait", "--for=delete", "namespace/" + waiting.name(), "--timeout=240s");
    }

    private static List<String> conditions(TestNamespace namespace) {
        return Cluster.get("namespace", namespace.name())
                .at("/status/conditions")
                .valueStream()
                .map(TelemetryOnNodeTest::condition)
                .toList();
    }

    private static String condition(JsonNode condition) {
        return condition.path("type").asString("") + " "
                + condition.path("status").asString("");
    }
}
