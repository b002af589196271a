package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The kubelet's probes of apps in deny mode, where it could not ask them itself. */
@Tag("node")
class ProbesOnNodeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A container's three probes, all alike. */
    private static final String PROBES =
            "startupProbe: {%1$s, periodSeconds: 1, failureThreshold: 60, timeoutSeconds: 5}, "
                    + "readinessProbe: {%1$s, periodSeconds: 1, timeoutSeconds: 5}, "
                    + "livenessProbe: {%1$s, periodSeconds: 2, failureThreshold: 15, timeoutSeconds: 5}";

    private static TestNamespace namespace;

    @BeforeAll
    static void start() {
        Release.with();
        namespace = TestNamespace.meshed("probes", "weir.io/mode=deny");
        TestPrograms.install(namespace);
        for (String style : List.of("native", "classic")) {
            namespace.apply(deployment(style, "weir.io/sidecar-style: " + style, everyKind()));
        }
        namespace.apply(deployment(
                "wrong",
                "",
                container(
                        "app",
                        "python3, /opt/echo/echo.py, serve, --tcp, \"9000\"",
                        "readinessProbe: {tcpSocket: {port: 9999}, periodSeconds: 1}")));
        namespace.apply(deployment(
                "stuck",
                "",
                container(
                        "app",
                        web(8080),
                        "livenessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1, failureThreshold: 2}")));
        namespace.awaitRollout("deploy/native", "deploy/classic", "deploy/stuck");
    }

    @AfterAll
    static void end() {
        namespace.close();
    }

    private static String everyKind() {
        return container("app", web(8080), PROBES.formatted("httpGet: {path: /healthz, port: 8080}"))
                + container(
                        "secure",
                        web(8443) + ", /programs/bundle.pem",
                        PROBES.formatted("httpGet: {path: /healthz, port: 8443, scheme: HTTPS}"))
                + container(
                        "stream",
                        "python3, /opt/echo/echo.py, serve, --tcp, \"9000\"",
                        PROBES.formatted("tcpSocket: {port: 9000}"))
                + container(
                        "rpc",
                        "python3, /programs/rpc.py, serve, \"9090\", /tmp/down",
                        PROBES.formatted("grpc: {port: 9090}"))
                + container(
                        "shell",
                        "python3, /opt/echo/echo.py, serve, --tcp, \"9001\"",
                        PROBES.formatted("exec: {command: [sh, -c, \"test ! -e /tmp/down\"]}"));
    }

    private static String web(int port) {
        return "python3, /programs/web.py, \"%d\", /tmp/down".formatted(port);
    }

    private static String container(String name, String command, String probes) {
        return "      - {name: %s, image: '%s', command: [%s], %s, %s}\n"
                .formatted(name, EchoApp.IMAGE, command, TestPrograms.mount(), probes);
    }

    private static String deployment(String name, String annotations, String containers) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}, annotations: {%2$s}}
                    spec:
                      %3$s
                      terminationGracePeriodSeconds: 1
                      containers:
                """.formatted(name, annotations, TestPrograms.volume()) + containers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "classic"})
    void probes_of_every_kind_in_several_containers_pass_and_keep_passing(String app) {
        await().during(Duration.ofSeconds(10)).atMost(PATIENCE).untilAsserted(() -> {
            JsonNode status = status(app);
            assertThat(ready(status)).isEqualTo("True");
            assertThat(restarts(status)).isZero();
        });
        assertThat(namespace
                        .get("events", "--field-selector=reason=Unhealthy")
                        .path("items")
                        .valueStream()
                        .filter(event -> event.path("involvedObject")
                                .path("name")
                                .asString("")
                                .startsWith(app + "-"))
                        .map(event -> event.path("message").asString(""))
                        .filter(message -> message.startsWith("Liveness")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "secure", "rpc", "shell"})
    void an_app_that_fails_becomes_unready_and_comes_back(String container) {
        inContainer(container, "touch /tmp/down");
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(ready(status("native"))).isEqualTo("False"));
        } finally {
            inContainer(container, "rm -f /tmp/down");
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ready(status("native"))).isEqualTo("True"));
    }

    private static void inContainer(String container, String command) {
        namespace.kubectl("exec", "deploy/native", "-c", container, "--", "sh", "-c", command);
    }

    @Test
    void a_port_at_which_nobody_listens_is_not_ready() {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(status("wrong").path("phase").asString("")).isEqualTo("Running"));
        await().during(Duration.ofSeconds(5))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ready(status("wrong"))).isEqualTo("False"));
    }

    @Test
    void an_app_that_is_not_alive_is_restarted() {
        namespace.exec("deploy/stuck", "sh", "-c", "touch /tmp/down");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(restarts(status("stuck"))).isPositive());
    }

    private static JsonNode status(String app) {
        return namespace.get("pods", "-l", "app=" + app).path("items").path(0).path("status");
    }

    private static String ready(JsonNode status) {
        return status.path("conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asString("").equals("Ready"))
                .map(condition -> condition.path("status").asString(""))
                .findFirst()
                .orElse("Unknown");
    }

    private static int restarts(JsonNode status) {
        return status.path("containerStatuses")
                .valueStream()
                .mapToInt(container -> container.path("restartCount").asInt(0))
                .sum();
    }
}
