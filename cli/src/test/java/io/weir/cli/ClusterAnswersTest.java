package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Trees;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminServer;
import io.weir.controlplane.admin.StatusReport;
import io.weir.controlplane.xds.cache.NackRecord;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Verbs that ask a control plane too, whose replicas answer here what each test has them say; objects are in a real API
 * server.
 */
@KubeTest
class ClusterAnswersTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static ClusterShop shop;
    private static String admin;

    private final Map<String, TypeStatus.Sync> sidecars = new TreeMap<>();
    private final List<AdminServer> replicas = new ArrayList<>();
    private String mode = "deny";

    @BeforeAll
    static void open(KubeApiServer kube) {
        shop = new ClusterShop(kube);
        admin = shop.everywhere("cluster-admin");
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @BeforeEach
    void allSynced() throws IOException {
        for (String pod : List.of("client", "web-v1", "web-v2")) {
            sidecars.put(pod, TypeStatus.Sync.SYNCED);
        }
        replica(List.of("client", "web-v1", "web-v2"));
    }

    @AfterEach
    void end() throws IOException {
        for (AdminServer replica : replicas) {
            replica.close();
        }
    }

    /** A replica to which these are connected. */
    private void replica(List<String> connected) throws IOException {
        replicas.add(AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.anybody(),
                Map.of("GET /v1/status", _ -> AdminAnswer.json(JSON, report(connected)))));
    }

    private Map<String, Object> report(List<String> connected) {
        return Map.of(
                "trustDomain",
                "cluster.local",
                "clusterDomain",
                "cluster.local",
                "mode",
                mode,
                "pathMatch",
                "prefix",
                "namespacesMayLoosen",
                false,
                "proxies",
                sidecars.keySet().stream()
                        .map(pod -> proxy(pod, connected.contains(pod)))
                        .toList());
    }

    private StatusReport.Proxy proxy(String pod, boolean connected) {
        TypeStatus.Sync sync = sidecars.getOrDefault(pod, TypeStatus.Sync.SYNCED);
        Instant now = Instant.now();
        return new StatusReport.Proxy(
                shop.namespace + "/" + pod,
                pod,
                shop.namespace + "/" + pod.replace("web-", ""),
                true,
                null,
                connected ? now.minus(Duration.ofMinutes(3)) : null,
                connected ? "1.40.0" : null,
                connected ? "edges" : null,
                connected
                        ? Map.of(
                                XdsType.CLUSTER, new TypeStatus(1, 1, 1, "1", TypeStatus.Sync.SYNCED),
                                XdsType.LISTENER, new TypeStatus(1, 1, 0, "1", sync))
                        : Map.of(),
                sync == TypeStatus.Sync.NACKED
                        ? new NackRecord(XdsType.LISTENER, List.of("virtual-inbound"), "bad filter", now)
                        : null,
                connected ? now.plus(Duration.ofHours(20)) : null);
    }

    private CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(List.of("--kubeconfig", admin));
        if (!all.contains("-A")) {
            all.addAll(List.of("-n", shop.namespace));
        }
        replicas.forEach(replica -> all.addAll(List.of("--control-plane", "127.0.0.1:" + replica.port())));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    private String causes(String... more) {
        List<String> args = new ArrayList<>(List.of("explain"));
        args.addAll(Arrays.asList(more));
        args.addAll(List.of("-o", "json"));
        CommandLineRun run = run(args.toArray(String[]::new));
        assertThat(run.exit()).as(run.err()).isZero();
        List<String> codes = new ArrayList<>();
        StatusCommand.rows(Trees.object(run.out()).get("answers"))
                .forEach(answer -> StatusCommand.rows(answer.get("causes"))
                        .forEach(cause -> codes.add(String.valueOf(cause.get("code")))));
        return String.join(" ", codes);
    }

    @Test
    void status_tells_of_each_sidecar_how_it_stands() {
        sidecars.put("web-v1", TypeStatus.Sync.PENDING);
        sidecars.put("web-v2", TypeStatus.Sync.NACKED);
        sidecars.put("away", TypeStatus.Sync.SYNCED);

        CommandLineRun run = run("status");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("trust domain cluster.local, mode deny, 1 replica of the control plane\n")
                .containsPattern(shop.namespace
                        + "/client +\\S+/client +synced +for 3 min \\d+ s +in 19 h 59 min +1\\.40\\.0 +node-1 +127")
                .containsPattern(shop.namespace + "/web-v1 .*stale LDS ")
                .containsPattern(shop.namespace + "/web-v2 .*refused LDS ")
                .containsPattern(shop.namespace + "/away .*not connected ")
                .contains("refused by " + shop.namespace + "/web-v2: [virtual-inbound]: bad filter");
        assertThat(run("status", "-A").out()).contains(shop.namespace + "/client");
        assertThat(run("status", "deploy/web-v1").out()).contains("/web-v1").doesNotContain("/client");
        assertThat(run("status", "svc/web").out())
                .contains("/web-v1", "/web-v2")
                .doesNotContain("/client");
        assertThat(run("status", "sa/client").out()).contains("/client").doesNotContain("/web-v1");
        assertThat(run("status", "pod/nobody").err()).contains("knows no sidecar of pod/nobody in namespace");
        assertThat(StatusCommand.rows(
                        Trees.object(run("status", "pod/web-v2", "-o", "json").out())
                                .get("sidecars")))
                .singleElement()
                .satisfies(sidecar -> assertThat(sidecar)
                        .containsEntry("state", "refused")
                        .containsEntry("behind", List.of("LDS"))
                        .containsEntry("node", "node-1"));
    }

    @Test
    void a_sidecar_stands_as_the_replica_says_that_it_is_connected_to() throws IOException {
        replicas.removeFirst().close();
        replica(List.of("client"));
        replica(List.of("web-v1"));

        CommandLineRun both = run("status");
        assertThat(both.out())
                .contains("2 replicas of the control plane")
                .containsPattern("/client .*synced ")
                .containsPattern("/web-v1 .*synced ")
                .containsPattern("/web-v2 .*not connected ");

        replicas.get(1).close();
        CommandLineRun one = run("status");
        assertThat(one.exit()).isZero();
        assertThat(one.out()).containsPattern("/client .*synced ").containsPattern("/web-v1 .*unknown ");
        assertThat(one.err()).contains("a replica could not be asked: 127.0.0.1:");
    }

    @Test
    void a_control_plane_that_can_not_be_asked_is_told() throws IOException {
        replicas.removeFirst().close();
        CommandLineRun status = run("status");
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.err())
                .contains("there is no Service weir-control-plane in namespace weir-system", "--control-plane");
        assertThat(causes("pod/client", "svc/web-v1", "--path", "/books", "--mode", "deny"))
                .isEqualTo("not_asked");
    }

    @Test
    void what_is_allowed_and_acknowledged_on_both_sides_leaves_the_app() {
        assertThat(causes("deploy/client", "svc/web-v1", "--path", "/books")).isEqualTo("app");
        CommandLineRun run = run("explain", "sa/client", "svc/web-v1", "--path", "/books");
        assertThat(run.out())
                .startsWith(
                        "allowed  200  " + shop.namespace + "/client -> " + shop.namespace + "/web-v1:80  GET /books")
                .contains("cause   app: ")
                .containsPattern("caller +" + shop.namespace + "/client +synced")
                .containsPattern("called +" + shop.namespace + "/web-v1 +synced");
    }

    @Test
    void a_denial_has_its_cause() {
        assertThat(causes("pod/client", "svc/web-v1")).isEqualTo("path");
        assertThat(causes("pod/client", "svc/web-v1", "--path", "/books", "--method", "PUT"))
                .isEqualTo("method");
        assertThat(causes("pod/client", "svc/web-v2")).isEqualTo("no_target");
        assertThat(causes("pod/web-v2", "svc/web-v1")).isEqualTo("no_target");
        assertThat(causes("pod/plain", "svc/web-v1", "--path", "/books")).isEqualTo("plaintext");
        assertThat(causes("pod/client", "svc/plain")).isEqualTo("no_sidecar");
        mode = "permissive";
        assertThat(causes("pod/client", "svc/web-v2")).isEqualTo("permissive");
    }

    @Test
    void what_a_sidecar_has_not_taken_is_a_cause() {
        sidecars.put("client", TypeStatus.Sync.PENDING);
        assertThat(causes("pod/client", "svc/web-v1", "--path", "/books")).isEqualTo("not_acknowledged");
        sidecars.put("client", TypeStatus.Sync.SYNCED);
        sidecars.put("web-v1", TypeStatus.Sync.NACKED);
        assertThat(causes("pod/client", "svc/web-v1", "--path", "/books")).isEqualTo("refused");
        sidecars.remove("web-v1");
        assertThat(causes("pod/client", "svc/web-v1", "--path", "/books")).isEqualTo("not_asked");
    }

    @Test
    void a_deployment_is_asked_about_by_every_service_that_leads_to_it() {
        CommandLineRun run = run("explain", "deploy/client", "deploy/web-v1", "--path", "/books");
        assertThat(run.out())
                .contains("-> " + shop.namespace + "/web:80", "-> " + shop.namespace + "/web-v1:80")
                .containsPattern(shop.namespace + "/web-v1 +90\\.0 %")
                .containsPattern(shop.namespace + "/web-v2 +10\\.0 %");
        assertThat(Trees.object(run("explain", "deploy/client", "deploy/web-v1", "-o", "json")
                        .out()))
                .containsOnlyKeys("allowed", "answers", "diagnostics");
    }

    @Test
    void a_port_that_the_caller_excludes_goes_past_its_sidecar() {
        shop.pod("sneaky", "plain", "10.9.0.9", "    weir.io/exclude-outbound-ports: '80, 9000'\n");
        assertThat(causes("pod/sneaky", "svc/web-v1", "--path", "/books")).startsWith("excluded_port plaintext");
        assertThat(causes("pod/client", "svc/web-v1", "--path", "/books")).isEqualTo("app");
    }

    @Test
    void what_is_no_question_is_a_usage_error() {
        for (String wrong : List.of("pod/a", "svc/web pod/a", "pod/a pod/b pod/c", "pod/a pod/b --from a/b")) {
            assertThat(run(("explain " + wrong).split(" ")).exit()).as(wrong).isEqualTo(2);
        }
        assertThat(run("explain", "pod/client", "svc/nope").err()).contains("there is no Service");
    }
}
