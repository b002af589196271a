package io.weir.controlplane.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.translate.Envoys;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.pods.Pod;
import io.weir.testing.pods.Pod.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.FieldSource;

/** A mesh of pods whose kernels redirect, as {@code mesh.yaml} beside this says. Needs root. */
@ParameterizedClass
@FieldSource("VERSIONS")
@Tag("envoy")
class PodsTest {

    static final List<String> VERSIONS = Envoys.VERSIONS;

    private static PodMesh mesh;

    private Pod store;
    private Pod storeV2;
    private Pod db;
    private Pod buyer;
    private Pod thief;
    private Pod proxied;
    private Pod plain;
    private Pod web;

    PodsTest(String version) {}

    @BeforeParameterizedClassInvocation
    static void start(String version, @TempDir Path temporary) throws Exception {
        mesh = new PodMesh(version, manifests(), Files.createDirectories(temporary.resolve(version)));
        Path certificate =
                pem(mesh.controlPlane().certificate(new WorkloadKey("shop", "any"), new Identity("shop", "any")));
        for (String name : List.of("shop/store", "shop/plain", "open/web")) {
            Pod pod = mesh.pod(name);
            pod.serve("http", 8080);
            pod.serve("banner", 9000);
            pod.serve("banner", 7000);
            pod.serve("banner", 7001);
            pod.serve("banner", 9100);
            pod.serve("udp", 5353);
            pod.serveTls(9443, certificate);
        }
        mesh.pod("shop/store-v2").serve("http", 8080);
        mesh.pod("shop/db").serve("banner", 5432);
        mesh.pod("shop/proxied").serve("http", 8080);
    }

    private static String manifests() throws IOException {
        try (InputStream in = Objects.requireNonNull(PodsTest.class.getResourceAsStream("mesh.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Key and chain in one file, for every user. */
    private static Path pem(Svid svid) throws IOException {
        Path file = Files.createTempFile("certificate", ".pem");
        file.toFile().deleteOnExit();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return Files.writeString(file, svid.keyPem() + svid.chainPem());
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        mesh.close();
    }

    @BeforeEach
    void pods() {
        store = mesh.pod("shop/store");
        storeV2 = mesh.pod("shop/store-v2");
        db = mesh.pod("shop/db");
        buyer = mesh.pod("shop/buyer");
        thief = mesh.pod("shop/thief");
        proxied = mesh.pod("shop/proxied");
        plain = mesh.pod("shop/plain");
        web = mesh.pod("open/web");
    }

    // ---- services of the mesh

    @Test
    void a_granted_request_passes_by_cluster_ip_and_the_app_is_called_by_its_own_sidecar() throws IOException {
        for (String address : List.of(mesh.ipv4("shop/store"), mesh.ipv6("shop/store"))) {
            assertThat(buyer.get(address, 80, "/api")).satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).matches("shop/store: GET /api from (::ffff:127\\.0\\.0\\.6)\n");
            });
        }
    }

    @Test
    void a_request_that_nobody_granted_is_answered_403() throws IOException {
        for (Answer answer : List.of(
                buyer.get(mesh.ipv4("shop/store"), 80, "/admin"),
                thief.get(mesh.ipv4("shop/store"), 80, "/api"),
                thief.get(mesh.ipv6("shop/store"), 80, "/api"))) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("no TrafficTarget allows");
        }
    }

    @Test
    void a_root_without_pods_is_split() throws Exception {
        List<Answer> answers = buyer.get(mesh.ipv4("shop/books"), 80, "/api", 100);
        assertThat(answers).hasSize(100).allMatch(answer -> answer.status() == 200);
        assertThat(answers.stream()
                        .filter(answer -> answer.body().startsWith("shop/store-v2:"))
                        .count())
                .isBetween(20L, 80L);
        mesh.apply(manifests().replace("service: store, weight: 50", "service: store, weight: 0"));
        try {
            assertThat(buyer.get(mesh.ipv4("shop/books"), 80, "/api", 20))
                    .allMatch(answer -> answer.body().startsWith("shop/store-v2:"));
        } finally {
            mesh.apply(manifests());
        }
    }

    @Test
    void a_server_that_speaks_first_is_heard_by_the_granted_and_by_nobody_else() throws IOException {
        for (String address : List.of(mesh.ipv4("shop/store"), mesh.ipv6("shop/store"))) {
            assertThat(buyer.hear(address, 9000)).isEqualTo("shop/store greets\n");
            assertThat(thief.hear(address, 9000)).isEmpty();
        }
    }

    @Test
    void tls_of_the_apps_own_passes_inside() throws IOException {
        assertThat(buyer.hearTls(mesh.ipv4("shop/store"), 9443, "store.shop")).isEqualTo("shop/store greets\n");
        assertThat(thief.hearTls(mesh.ipv4("shop/store"), 9443, "store.shop")).isEmpty();
        assertThat(buyer.hearTls(mesh.ipv4("open/web"), 9443, "web.open")).isEqualTo("open/web greets\n");
    }

    @Test
    void a_half_injected_service_is_reached_pod_by_pod() throws IOException {
        List<Answer> answers = buyer.get(mesh.ipv4("shop/half"), 80, "/api", 40);
        assertThat(answers).hasSize(40).allMatch(answer -> answer.status() == 200);
        assertThat(answers.stream()
                        .map(answer -> answer.body().split(":", 2)[0])
                        .distinct())
                .containsExactlyInAnyOrder("shop/store", "shop/plain");
    }

    @Test
    void a_pod_that_calls_itself_through_its_service_is_judged_like_others() throws IOException {
        for (String address : List.of(mesh.ipv4("shop/store"), mesh.ipv6("shop/store"))) {
            assertThat(store.get(address, 80, "/api").status()).isEqualTo(200);
            assertThat(store.get(address, 80, "/admin").status()).isEqualTo(403);
            assertThat(store.hear(address, 9000)).isEmpty();
        }
    }

    @Test
    void a_pod_reaches_itself_by_its_own_address_without_a_sidecar() throws IOException {
        assertThat(store.get(store.ipv4(), 8080, "/admin").body()).endsWith("from ::ffff:" + store.ipv4() + "\n");
        assertThat(store.get("127.0.0.1", 8080, "/admin").status()).isEqualTo(200);
    }

    @Test
    void a_port_declared_http_is_http_whatever_the_app_says_there() throws IOException {
        String address = mesh.ipv4("shop/store");
        assertThat(buyer.hearTls(address, 80, "store.shop")).isEmpty();
        assertThat(buyer.say(address, 80, "HELO store\n")).startsWith("HTTP/1.1 400");
    }

    @Test
    void grants_of_streams_come_and_go_for_new_connections() throws Exception {
        String without = manifests().replace("ports: [5432, 7000, 9000, 9443]", "ports: [5432]");
        mesh.apply(without);
        try {
            assertThat(buyer.hear(mesh.ipv4("shop/store"), 9000)).isEmpty();
            assertThat(buyer.hear(db.ipv4(), 5432)).isEqualTo("shop/db greets\n");
        } finally {
            mesh.apply(manifests());
        }
        assertThat(buyer.hear(mesh.ipv4("shop/store"), 9000)).isEqualTo("shop/store greets\n");
    }

    // ---- pods by address

    @Test
    void a_pod_behind_a_headless_service_is_reached_by_its_address_over_mtls() throws IOException {
        for (String address : List.of(db.ipv4(), db.ipv6())) {
            assertThat(buyer.hear(address, 5432)).isEqualTo("shop/db greets\n");
            assertThat(thief.hear(address, 5432)).isEmpty();
            assertThat(plain.say(address, 5432, "hello\n")).isEmpty();
        }
    }

    @Test
    void any_other_pod_address_is_reached_as_without_a_mesh() throws IOException {
        assertThat(buyer.get(plain.ipv4(), 8080, "/x").body()).contains("from ::ffff:" + buyer.ipv4());
        assertThat(buyer.get(store.ipv4(), 8080, "/api")).satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("no sidecar");
        });
    }

    // ---- callers without a sidecar

    @Test
    void plaintext_is_refused_in_deny_mode() throws IOException {
        for (String address : List.of(store.ipv4(), store.ipv6())) {
            assertThat(plain.get(address, 8080, "/api")).satisfies(answer -> {
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.body()).contains("no sidecar");
            });
            assertThat(plain.say(address, 9000, "hello\n")).isEmpty();
            assertThat(plain.hearTls(address, 9443, "store.shop")).isEmpty();
        }
    }

    @Test
    void plaintext_is_served_in_permissive_mode() throws IOException {
        for (String address : List.of(web.ipv4(), web.ipv6())) {
            assertThat(plain.get(address, 8080, "/").status()).isEqualTo(200);
            assertThat(plain.hear(address, 9000)).isEqualTo("open/web greets\n");
            assertThat(plain.hear(address, 7000)).isEqualTo("open/web greets\n");
            assertThat(plain.hearTls(address, 9443, "web.open")).isEqualTo("open/web greets\n");
            assertThat(plain.datagram(address, 5353)).isEqualTo("open/web");
        }
        assertThat(thief.get(mesh.ipv4("open/web"), 80, "/").status()).isEqualTo(200);
        assertThat(thief.hear(mesh.ipv4("open/web"), 9000)).isEqualTo("open/web greets\n");
    }

    // ---- what is none of the mesh's

    @Test
    void what_no_meshed_service_claims_passes_as_it_came() throws IOException {
        assertThat(buyer.get(mesh.ipv4("shop/plain"), 80, "/").body())
                .isEqualTo("shop/plain: GET / from ::ffff:" + buyer.ipv4() + "\n");
        assertThat(buyer.hear(mesh.ipv4("shop/plain"), 9000)).isEqualTo("shop/plain greets\n");
        assertThat(buyer.hear(plain.ipv4(), 9000)).isEqualTo("shop/plain greets\n");
        assertThat(buyer.hear(plain.ipv6(), 9000)).isEqualTo("shop/plain greets\n");
        assertThat(buyer.hearTls(plain.ipv4(), 9443, "example.org")).isEqualTo("shop/plain greets\n");
        assertThat(buyer.datagram(plain.ipv4(), 5353)).isEqualTo("shop/plain");
    }

    // ---- single ports

    @Test
    void an_excluded_port_is_the_apps_own() throws IOException {
        assertThat(plain.hear(store.ipv4(), 9100)).isEqualTo("shop/store greets\n");
        assertThat(thief.hear(mesh.ipv4("shop/store"), 9100)).isEqualTo("shop/store greets\n");
    }

    @Test
    void an_undeclared_port_is_closed_but_to_sidecars_that_are_granted_it() throws IOException {
        assertThat(plain.say(store.ipv4(), 7000, "hello\n")).isEmpty();
        assertThat(buyer.say(store.ipv4(), 7000, "hello\n")).isEmpty();
        assertThat(asSidecar("buyer", store.ipv4(), 7000)).isEqualTo("shop/store greets\n");
        assertThat(asSidecar("buyer", store.ipv6(), 7000)).isEqualTo("shop/store greets\n");
        assertThat(asSidecar("buyer", store.ipv4(), 7001)).isEmpty();
        assertThat(asSidecar("thief", store.ipv4(), 7000)).isEmpty();
    }

    @Test
    void datagrams_pass_by_the_address_of_their_pod() throws IOException {
        for (String address : List.of(store.ipv4(), store.ipv6(), mesh.ipv4("shop/store"), mesh.ipv6("shop/store"))) {
            assertThat(buyer.datagram(address, 5353)).isEqualTo("shop/store");
            assertThat(thief.datagram(address, 5353)).isEmpty();
            assertThat(plain.datagram(address, 5353)).isEmpty();
        }
    }

    // ---- what must not be

    @Test
    void a_packet_for_somebody_else_is_not_sent_on_in_the_pods_name() throws IOException {
        String books = mesh.ipv4("shop/books");
        thief.run("ip route add " + books + " via " + store.ipv4() + "; ip route add " + plain.ipv4() + "/32 via "
                + web.ipv4());
        try {
            for (Map.Entry<String, Integer> other :
                    Map.of(books, 80, plain.ipv4(), 7000).entrySet()) {
                assertThat(thief.askAs(
                                        Sidecar.UID,
                                        "say",
                                        Map.of(
                                                "host",
                                                other.getKey(),
                                                "port",
                                                other.getValue(),
                                                "text",
                                                "GET / HTTP/1.0\n\n",
                                                "timeout",
                                                2))
                                .get("heard")
                                .asString())
                        .isEmpty();
            }
        } finally {
            thief.run("ip route del " + books + "; ip route del " + plain.ipv4() + "/32");
        }
    }

    @Test
    void the_sidecars_own_ports_lead_nowhere_and_never_in_circles() throws IOException {
        for (int port : List.of(Sidecar.INBOUND_PORT, Sidecar.OUTBOUND_PORT)) {
            for (Pod to : List.of(store, web)) {
                assertThat(plain.say(to.ipv4(), port, "hello\n")).isEmpty();
                assertThat(to.say(to.ipv4(), port, "hello\n")).isEmpty();
                assertThat(to.say("127.0.0.1", port, "hello\n")).isEmpty();
            }
        }
        for (Pod pod : List.of(store, web)) {
            assertThat(mesh.admin(pod, "stats?filter=virtual-.*downstream_cx_total|passthrough.upstream_cx_total"))
                    .as("connections of " + pod.name())
                    .doesNotContainPattern(": \\d{3,}\n");
        }
    }

    // ---- without redirection

    @Test
    void an_explicit_proxy_calls_in_its_own_name() throws IOException {
        for (String authority : List.of("store", "store.shop", "store.shop.svc.cluster.local:80")) {
            assertThat(proxied.get("127.0.0.1", Sidecar.HTTP_PROXY_PORT, "http://" + authority + "/api")
                            .status())
                    .as(authority)
                    .isEqualTo(200);
        }
        assertThat(proxied.get("127.0.0.1", Sidecar.HTTP_PROXY_PORT, "http://store.shop/admin")
                        .status())
                .isEqualTo(403);
        String loopback = mesh.ipv4("shop/store").replace("10.96.", "127.16.");
        assertThat(proxied.get(loopback, 10_080, "/api").body()).startsWith("shop/store: GET /api");
        assertThat(proxied.hear(mesh.ipv4("open/web").replace("10.96.", "127.16."), 9000))
                .isEqualTo("open/web greets\n");
    }

    @Test
    void an_explicit_proxy_enforces_nothing() throws IOException {
        assertThat(plain.get(proxied.ipv4(), 8080, "/").body()).contains("from ::ffff:" + plain.ipv4());
        assertThat(buyer.get(proxied.ipv4(), 8080, "/").status()).isEqualTo(200);
    }

    // ---- and all in all

    @Test
    void nothing_goes_wrong_inside() throws IOException {
        assertThat(storeV2.name()).isEqualTo("shop/store-v2");
        buyer.get(mesh.ipv4("shop/store"), 80, "/api");
        assertThat(mesh.controlPlane().told()).doesNotContain("NackRecord");
        assertThat(mesh.complaints()).isEmpty();
    }

    /** The first line heard by the proxy of a buyer's pod, for an account's certificate. */
    private String asSidecar(String account, String host, int port) throws IOException {
        Path certificate = pem(mesh.controlPlane()
                .certificate(new WorkloadKey("shop", "as-" + account), new Identity("shop", account)));
        return buyer.askAs(
                        Sidecar.UID,
                        "say",
                        Map.of(
                                "host", host,
                                "port", port,
                                "tls", Map.of("name", "sidecar.weir.io", "certificate", certificate.toString())))
                .get("heard")
                .asString();
    }
}
