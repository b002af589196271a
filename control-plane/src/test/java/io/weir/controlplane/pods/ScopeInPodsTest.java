package io.weir.controlplane.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.testing.pods.Pod;
import io.weir.testing.pods.Pod.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** What a sidecar is told follows from TrafficTargets; what its app is answered does not follow from what it is told. Needs root. */
@ParameterizedClass
@FieldSource("VERSIONS")
@Tag("envoy")
class ScopeInPodsTest {

    static final List<String> VERSIONS = Envoys.VERSIONS;

    private static final String TO_THIEF = """
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: thief-requests, namespace: shop}
            spec:
              destination: {kind: ServiceAccount, name: store, namespace: shop}
              sources: [{kind: ServiceAccount, name: thief, namespace: shop}]
              rules: [{kind: HTTPRouteGroup, name: api}]
            """;

    private final String version;
    private PodMesh mesh;
    private Pod thief;

    ScopeInPodsTest(String version) {
        this.version = version;
    }

    @BeforeEach
    void start(@TempDir Path temporary) throws Exception {
        mesh = new PodMesh(version, manifests(), Files.createDirectories(temporary.resolve(version)), true);
        mesh.pod("shop/store").serve("http", 8080);
        mesh.pod("shop/store-v2").serve("http", 8080);
        thief = mesh.pod("shop/thief");
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
    }

    private static String manifests() throws IOException {
        try (InputStream in = Objects.requireNonNull(ScopeInPodsTest.class.getResourceAsStream("mesh.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String listeners() throws IOException {
        return mesh.admin(thief, "config_dump?resource=dynamic_listeners&mask=name");
    }

    private String clusters() throws IOException {
        return mesh.admin(thief, "config_dump?resource=dynamic_active_clusters&mask=cluster.name");
    }

    private String store() {
        return mesh.ipv4("shop/store");
    }

    @Test
    void a_sidecar_is_told_what_its_account_may_call_and_what_nobody_refuses() throws IOException {
        assertThat(listeners())
                .doesNotContain("outbound/shop/store/80\"", "outbound/shop/store-v2/80\"")
                // The root of a split, a Service that is half outside of the mesh, one that refuses nobody, and TCP.
                .contains("outbound/shop/books/80\"", "outbound/shop/half/80\"", "outbound/open/web/80\"")
                .contains("outbound/shop/store/9000\"");
        assertThat(clusters())
                .doesNotContain("beyond/")
                // A split that everybody sees leads there.
                .contains("outbound/shop/store/80\"", "outbound/shop/store-v2/80\"");
        assertThat(mesh.admin(mesh.pod("shop/buyer"), "config_dump?resource=dynamic_listeners&mask=name"))
                .contains("outbound/shop/store/80\"", "outbound/shop/store-v2/80\"");
    }

    @Test
    void a_call_beyond_the_scope_is_refused_by_whom_it_was_meant_for() throws IOException {
        for (String address : List.of(store(), mesh.ipv6("shop/store"))) {
            assertThat(thief.get(address, 80, "/api", 5)).hasSize(5).allSatisfy(answer -> {
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.body()).contains("no TrafficTarget allows");
            });
        }
        assertThat(thief.say(mesh.ipv4("shop/store-v2"), 80, """
                        POST /api HTTP/1.1\r
                        host: store\r
                        connection: close\r
                        content-length: 5\r
                        x-weir-cluster: outbound/open/web/80\r
                        \r
                        hello""")).startsWith("HTTP/1.1 403");
        assertThat(clusters()).contains("beyond/" + store() + ":80");
        assertThat(mesh.controlPlane().told()).doesNotContain("NackRecord");
        assertThat(mesh.complaints()).isEmpty();
    }

    @Test
    void who_is_granted_something_is_told_and_who_is_refused_again_is_answered_403_on_what_is_open() throws Exception {
        assertThat(thief.hold(store(), 80, "/api").status()).isEqualTo(403);
        mesh.apply(manifests() + TO_THIEF);
        assertThat(thief.hold(store(), 80, "/api").status()).isEqualTo(200);
        assertThat(thief.get(store(), 80, "/api").status()).isEqualTo(200);
        assertThat(listeners()).contains("outbound/shop/store/80\"");
        mesh.apply(manifests());
        for (int i = 0; i < 5; i++) {
            assertThat(thief.hold(store(), 80, "/api").status()).isEqualTo(403);
        }
        assertThat(thief.get(store(), 80, "/api").status()).isEqualTo(403);
        assertThat(mesh.controlPlane().told()).doesNotContain("NackRecord");
    }

    @Test
    void while_listeners_come_and_go_nothing_leaves_in_plaintext() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Answer> answers;
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            Future<List<Answer>> calling = caller.submit(() -> {
                List<Answer> heard = new ArrayList<>();
                while (!done.get()) {
                    heard.add(thief.get(store(), 80, "/api"));
                }
                return heard;
            });
            try {
                for (String next : List.of(TO_THIEF, "", TO_THIEF)) {
                    mesh.apply(manifests() + next);
                }
                mesh.apply(open());
            } finally {
                done.set(true);
            }
            answers = calling.get();
        }
        assertThat(answers).hasSizeGreaterThan(10).allSatisfy(answer -> {
            assertThat(answer.status()).isIn(200, 403);
            assertThat(answer.body()).containsAnyOf("shop/store: GET /api", "no TrafficTarget allows");
        });
        assertThat(passedOn()).doesNotContainPattern("[1-9]");
        thief.get(mesh.ipv4("shop/plain"), 80, "/");
        assertThat(passedOn()).containsPattern(": [1-9]");
    }

    /** How many connections left as they came; Envoy tells nothing before there is one. */
    private String passedOn() throws IOException {
        return mesh.admin(thief, "stats?filter=cluster.passthrough.upstream_cx_total");
    }

    private static String open() throws IOException {
        return manifests().replaceFirst("name: shop}", "name: shop, annotations: {weir.io/mode: permissive}}");
    }

    /** Drained as a whole, the listener would close what it passes on after a while, connections to databases among it. */
    @Test
    void a_service_that_comes_ends_nothing_that_is_open() throws Exception {
        mesh.pod("shop/plain").serve("http", 8080);
        assertThat(thief.hold(mesh.ipv4("shop/plain"), 80, "/").status()).isEqualTo(200);
        String open = passedOn();
        mesh.apply(manifests() + """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: more, namespace: shop}
                spec:
                  selector: {app: store}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                """);
        assertThat(thief.get(mesh.ipv4("shop/more"), 80, "/api").status()).isEqualTo(403);
        assertThat(thief.hold(mesh.ipv4("shop/plain"), 80, "/").status()).isEqualTo(200);
        assertThat(passedOn()).as("the same connection").isEqualTo(open).contains(": 1");
        assertThat(mesh.admin(
                        thief, "stats?filter=listener_manager.(listener_in_place_updated|total_listeners_draining)"))
                .contains("listener_in_place_updated: 1", "total_listeners_draining: 0");
    }

    @Test
    void what_was_asked_for_follows_the_mesh() throws Exception {
        assertThat(thief.get(store(), 80, "/api").status()).isEqualTo(403);
        mesh.apply(open());
        assertThat(thief.get(store(), 80, "/api").status()).isEqualTo(200);
        mesh.apply(manifests());
        assertThat(thief.get(store(), 80, "/api").status()).isEqualTo(403);
    }

    @Test
    void calls_beyond_the_scope_are_counted_once_each() throws IOException {
        thief.get(store(), 80, "/api", 3);
        thief.get(store(), 80, "/api");
        List<String> counted = mesh.admin(thief, "stats?filter=weir_edge.requests")
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        if (Envoys.telemetry(version) == Telemetry.EDGES) {
            assertThat(counted)
                    .allMatch(line -> line.contains("service.shop/store/80.cluster.outbound/shop/store/80.peer.")
                            && line.contains("ns/shop/sa/store.code.403."));
            assertThat(counted.stream()
                            .mapToInt(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                            .sum())
                    .isEqualTo(4);
        } else {
            assertThat(counted).isEmpty();
        }
    }
}
