package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.weir.e2e.node.Program.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What else runs in clusters than Deployments that speak HTTP, in a namespace in deny mode. */
@Tag("node")
class WorkloadKindsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The address of the machine at the bridge of scripts/cluster, by which pods reach it. */
    private static final String HOST = "10.87.1.1";

    private static TestNamespace kinds;
    private static TestNamespace outside;

    @BeforeAll
    static void start() {
        Release.with();
        kinds = TestNamespace.meshed("kinds", "weir.io/mode=deny");
        outside = TestNamespace.plain("outside");
        outside.apply(EchoApp.serving("stranger").manifests());
        TestPrograms.install(kinds);
        kinds.apply(Workloads.all(kinds.name()));
        kinds.awaitRollout("statefulset/db", "deploy/web", "deploy/rpc", "deploy/client", "deploy/thief");
        outside.awaitRollout("deploy/stranger");
    }

    @AfterAll
    static void end() {
        kinds.close();
        outside.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"db-0", "db-1"})
    void a_pod_of_a_stateful_set_is_reached_by_its_name(String pod) {
        String host = pod + ".db." + kinds.name();
        eventually("hello\nword", "python3", "/programs/stream.py", host, "9000", "banner", "word");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(answer("curl", "-s", "http://" + host + ":8080/")
                                .out())
                        .contains("\"replica\": \"" + pod + "\""));
        assertThat(kinds.curl("deploy/thief", "http://" + host + ":8080/")).isEqualTo("403");
    }

    @Test
    void a_headless_service_is_reached() {
        eventually("hello\nword", "python3", "/programs/stream.py", "db", "9000", "banner", "word");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kinds.curl("deploy/client", "http://db:8080/"))
                        .isEqualTo("200"));
    }

    @Test
    void a_server_that_speaks_first_is_heard() {
        eventually("hello\nword", "python3", "/programs/stream.py", "banner", "9000", "banner", "word");
        assertThat(kinds.exec("deploy/thief", "python3", "/programs/stream.py", "banner", "9000", "banner", "word")
                        .out())
                .doesNotContain("hello");
    }

    @Test
    void grpc_calls_and_streams_pass() {
        eventually("one\na b c", "python3", "/programs/rpc.py", "ask", "rpc:9090");
        assertThat(kinds.exec("deploy/thief", "python3", "/programs/rpc.py", "ask", "rpc:9090")
                        .err())
                .contains("PERMISSION_DENIED");
    }

    @Test
    void a_websocket_is_opened() {
        eventually(
                "HTTP/1.1 101 Switching Protocols\nword",
                "python3",
                "/programs/stream.py",
                "web",
                "80",
                "websocket",
                "word");
    }

    @Test
    void a_job_and_a_cron_jobs_job_end_with_their_app() {
        kinds.kubectl("create", "job", "now", "--from=cronjob/nightly");
        for (String job : new String[] {"job/once", "job/now"}) {
            Outcome complete = kinds.tryKubectl("wait", "--for=condition=complete", job, "--timeout=120s");
            assertThat(complete.ok())
                    .as(() -> complete.output() + kinds.kubectl("describe", job) + kinds.kubectl("get", "pods"))
                    .isTrue();
        }
        String pod = kinds.pods("job-name=now").getFirst();
        assertThat(kinds.annotation(pod, "weir.io/sidecar")).isNotNull();
    }

    @Test
    void the_address_of_a_pod_is_called_in_permissive_mode() {
        try (TestNamespace open = TestNamespace.meshed("open")) {
            open.apply(EchoApp.serving("web").manifests());
            open.awaitRollout("deploy/web");
            String ip = open.get("pods", "-l", "app=web")
                    .path("items")
                    .path(0)
                    .path("status")
                    .path("podIP")
                    .asString("");
            assertThat(kinds.curl("deploy/client", "http://" + ip + ":8080/")).isEqualTo("200");
        }
    }

    @Test
    void names_that_lead_out_of_the_mesh_lead_there() {
        String stranger = "stranger." + outside.name() + ".svc.cluster.local";
        kinds.apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: elsewhere}
                spec: {type: ExternalName, externalName: %s}
                """.formatted(stranger));
        assertThat(kinds.curl("deploy/client", "http://" + stranger + "/")).isEqualTo("200");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kinds.curl("deploy/client", "http://elsewhere/"))
                        .isEqualTo("200"));
    }

    @Test
    void a_service_without_a_selector_leads_to_its_endpoints() {
        String ip = outside.get("pods", "-l", "app=stranger")
                .path("items")
                .path(0)
                .path("status")
                .path("podIP")
                .asString("");
        kinds.apply("""
                apiVersion: v1
                kind: Service
                metadata: {name: chosen}
                spec: {ports: [{name: http, port: 80, targetPort: 8080}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: chosen-1, labels: {kubernetes.io/service-name: chosen}}
                addressType: IPv4
                ports: [{name: http, port: 8080}]
                endpoints: [{addresses: ["%s"], conditions: {ready: true}}]
                """.formatted(ip));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kinds.curl("deploy/client", "http://chosen/"))
                        .isEqualTo("200"));
    }

    @Test
    void a_peer_outside_the_cluster_is_reached() throws Exception {
        assumeTrue(
                NetworkInterface.getByInetAddress(InetAddress.getByName(HOST)) != null,
                "this machine has no address " + HOST + ": the cluster is not that of scripts/cluster");
        HttpServer peer = HttpServer.create(new InetSocketAddress(HOST, 0), 0);
        peer.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        peer.start();
        try {
            String url = "http://" + HOST + ":" + peer.getAddress().getPort() + "/";
            assertThat(kinds.curl("deploy/client", url)).isEqualTo("204");
        } finally {
            peer.stop(0);
        }
    }

    private static void eventually(String expected, String... command) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(answer(command).out().strip()).isEqualTo(expected));
    }

    private static Outcome answer(String... command) {
        return kinds.exec("deploy/client", command);
    }
}
