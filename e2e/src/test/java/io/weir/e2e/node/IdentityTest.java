package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** With what sidecars prove who they are, and where the keys for that are. */
@Tag("node")
class IdentityTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String EXPIRY = "ssl_certificate_expiration_unix_time_seconds{envoy_tls_certificate=";

    @AfterAll
    static void end() {
        Release.with();
    }

    @Test
    void with_pod_certificates_no_key_leaves_the_node() {
        assumeTrue(
                Cluster.tryKubectl("get", "podcertificaterequests", "-A").ok(), "this cluster has no pod certificates");
        Release.with("sidecars.credential=certificate");
        try (TestNamespace namespace = TestNamespace.meshed("certificates", "weir.io/mode=deny")) {
            trade(namespace);

            JsonNode requests = namespace.get("podcertificaterequests").path("items");
            for (String app : List.of("server", "client")) {
                String pod = namespace.pods("app=" + app).getFirst();
                JsonNode request = requests.valueStream()
                        .filter(one ->
                                one.path("spec").path("podName").asString("").equals(pod))
                        .findFirst()
                        .orElseThrow();
                assertThat(request.path("spec").path("signerName").asString("")).isEqualTo("weir.io/workload");
                assertThat(request.path("status").path("conditions").valueStream())
                        .anyMatch(
                                condition -> condition.path("type").asString("").equals("Issued"));
                double notAfter = Instant.parse(
                                request.path("status").path("notAfter").asString(""))
                        .getEpochSecond();
                // What the sidecar shows the control plane, and what it shows other sidecars, is the certificate of the
                // key that the kubelet made.
                assertThat(certificates(namespace, app, "weir-xds-certificate")).containsExactly(notAfter);
                assertThat(certificates(namespace, app, "identity")).containsExactly(notAfter);
                assertThat(volumes(namespace, pod)).contains("podCertificate").doesNotContain("weir.io/xds");
            }
            assertNoKeys(namespace);
        }
    }

    @Test
    void with_tokens_the_same_calls_pass() {
        Release.with("sidecars.credential=token");
        try (TestNamespace namespace = TestNamespace.meshed("tokens", "weir.io/mode=deny")) {
            trade(namespace);
            String pod = namespace.pods("app=client").getFirst();
            assertThat(volumes(namespace, pod)).contains("weir.io/xds").doesNotContain("podCertificate");
            assertThat(certificates(namespace, "client", "identity")).isNotEmpty();
            assertNoKeys(namespace);
        }
    }

    /** A client that is allowed, and one that is not, of a server in deny mode. */
    private static void trade(TestNamespace namespace) {
        namespace.apply(EchoApp.serving("server").manifests()
                + EchoApp.serving("client").manifests()
                + EchoApp.serving("thief").manifests()
                + """
                ---
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: all}
                spec: {matches: [{name: all, methods: ["*"], pathRegex: ".*"}]}
                ---
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {name: call}
                spec:
                  destination: {kind: ServiceAccount, name: server, namespace: %1$s}
                  rules: [{kind: HTTPRouteGroup, name: all}]
                  sources: [{kind: ServiceAccount, name: client, namespace: %1$s}]
                """.formatted(namespace.name()));
        namespace.awaitRollout("deploy/server", "deploy/client", "deploy/thief");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(namespace.curl("deploy/client", "http://server/"))
                        .isEqualTo("200"));
        assertThat(namespace.curl("deploy/thief", "http://server/")).isEqualTo("403");
        assertThat(SidecarStats.sum(
                        namespace, "deploy/client", "envoy_cluster_ssl_handshake{envoy_cluster_name=\"weir-xds\""))
                .isPositive();
    }

    /** When the certificates of this name, in the sidecar, end. */
    private static Set<Double> certificates(TestNamespace namespace, String app, String name) {
        return Set.copyOf(SidecarStats.of(namespace, "deploy/" + app, EXPIRY + "\"" + name + "\"")
                .values());
    }

    private static String volumes(TestNamespace namespace, String pod) {
        return namespace.get("pod", pod).path("spec").path("volumes").toString();
    }

    /** Keys that are in Secrets are Weir's own, in its own namespace; those of other programs are not looked at. */
    private static void assertNoKeys(TestNamespace namespace) {
        Set<String> withKeys = Cluster.get("secrets", "-A")
                .path("items")
                .valueStream()
                .filter(secret -> secret.path("data").valueStream().anyMatch(IdentityTest::isKey))
                .map(secret -> secret.path("metadata").path("namespace").asString("") + "/"
                        + secret.path("metadata").path("name").asString(""))
                .filter(name -> name.startsWith(namespace.name() + "/") || name.startsWith(Release.NAMESPACE + "/"))
                .collect(Collectors.toSet());
        assertThat(withKeys)
                .isSubsetOf(
                        Release.NAMESPACE + "/weir-ca",
                        Release.NAMESPACE + "/weir-injector-tls",
                        Release.NAMESPACE + "/weir-telemetry-tls");
    }

    private static boolean isKey(JsonNode value) {
        return new String(Base64.getDecoder().decode(value.asString("")), StandardCharsets.ISO_8859_1)
                .contains("PRIVATE KEY");
    }
}
