package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Namespaces are labelled, apps are deployed, and who may call whom is as TrafficTargets say. */
@Tag("node")
class DayOneTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Bookstore bookstore;
    private static TestNamespace outside;

    @BeforeAll
    static void start() {
        Release.with();
        outside = TestNamespace.plain("outside");
        outside.apply(EchoApp.serving("stranger").manifests());
        bookstore = Bookstore.start();
        bookstore
                .customers()
                .apply(EchoApp.serving("visitor")
                        .annotated("weir.io/sidecar-style: classic")
                        .manifests());
        bookstore.customers().awaitRollout("deploy/visitor");
        outside.awaitRollout("deploy/stranger");
    }

    @AfterAll
    static void end() {
        if (bookstore != null) {
            bookstore.close();
        }
        outside.close();
    }

    @Test
    void who_is_allowed_gets_an_answer_and_nobody_else() {
        String books = bookstore.url("/books");
        TestNamespace customers = bookstore.customers();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(customers.curl("deploy/bookbuyer", books)).isEqualTo("200"));
        assertThat(customers.curl("deploy/bookbuyer", bookstore.url("/secrets")))
                .isEqualTo("403");
        assertThat(customers.curl("deploy/bookbuyer", books, "-X", "POST")).isEqualTo("403");
        assertThat(customers.curl("deploy/bookthief", books)).isEqualTo("403");
        assertThat(customers.curl("deploy/visitor", books)).isEqualTo("403");
        // A caller without a sidecar is told so.
        assertThat(outside.curl("deploy/stranger", books)).isEqualTo("403");
    }

    @Test
    void apps_that_call_all_the_time_see_the_same() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(Calls.of(bookstore.customers(), "deploy/bookbuyer", 0).by("bookstore/v1"))
                    .isPositive();
            assertThat(Calls.of(bookstore.customers(), "deploy/bookthief", 0).answers())
                    .containsKey("/ 403")
                    .doesNotContainKey("bookstore/v1 200");
            assertThat(Calls.of(bookstore.shop(), "deploy/bookstore-v1", 0).total())
                    .isPositive();
        });
    }

    @Test
    void what_goes_between_sidecars_is_mutual_tls() {
        String handshakes = "envoy_listener_ssl_handshake";
        double before = SidecarStats.sum(bookstore.shop(), "deploy/bookstore-v1", handshakes);
        // A connection of its own, to a pod that restarted: what was counted before may be of others.
        bookstore.customers().kubectl("rollout", "restart", "deploy/bookbuyer");
        bookstore.customers().awaitRollout("deploy/bookbuyer");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(SidecarStats.sum(bookstore.shop(), "deploy/bookstore-v1", handshakes))
                        .isGreaterThan(before));
        assertThat(SidecarStats.of(bookstore.shop(), "deploy/bookstore-v1", "envoy_listener_ssl_versions")
                        .keySet())
                .isNotEmpty()
                .allMatch(version -> version.contains("TLSv1.3"));
        assertThat(SidecarStats.sum(bookstore.shop(), "deploy/bookstore-v1", "envoy_listener_ssl_no_certificate"))
                .isZero();
        assertThat(SidecarStats.sum(
                        bookstore.customers(),
                        "deploy/bookbuyer",
                        "envoy_cluster_ssl_handshake{envoy_cluster_name=\"outbound/"))
                .isPositive();
    }

    @Test
    void where_the_mode_is_permissive_a_pod_without_a_sidecar_is_served() {
        String visited = "http://visitor." + bookstore.customers().name() + "/";
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(outside.curl("deploy/stranger", visited)).isEqualTo("200"));
        assertThat(bookstore.customers().curl("deploy/bookthief", visited)).isEqualTo("200");
    }

    @ParameterizedTest
    @CsvSource({"bookbuyer, initContainers", "visitor, containers"})
    void sidecars_of_both_styles_come_up(String app, String among) {
        TestNamespace customers = bookstore.customers();
        String pod = customers.pods("app=" + app).getLast();
        assertThat(customers.annotation(pod, "weir.io/sidecar")).isNotNull();
        assertThat(customers.get("pod", pod).path("spec").path(among).valueStream())
                .anyMatch(container -> container.path("name").asString("").equals("weir-proxy"));
    }
}
