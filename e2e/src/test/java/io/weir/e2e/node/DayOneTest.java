package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A namespace is labelled, apps are deployed, and who may call whom is as TrafficTargets say. */
@Tag("node")
class DayOneTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestNamespace shop;
    private static TestNamespace outside;

    @BeforeAll
    static void start() {
        Release.with();
        shop = TestNamespace.meshed("shop", "weir.io/mode=deny");
        outside = TestNamespace.plain("outside");
        outside.apply(EchoApp.serving("stranger").manifests());
        shop.apply(EchoApp.serving("bookstore").manifests()
                + EchoApp.serving("bookbuyer").manifests()
                + EchoApp.serving("bookthief")
                        .annotated("weir.io/sidecar-style: classic")
                        .manifests()
                + """
                ---
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: books}
                spec: {matches: [{name: read, methods: [GET], pathRegex: "/books.*"}]}
                ---
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {name: buy}
                spec:
                  destination: {kind: ServiceAccount, name: bookstore, namespace: %1$s}
                  rules: [{kind: HTTPRouteGroup, name: books, matches: [read]}]
                  sources: [{kind: ServiceAccount, name: bookbuyer, namespace: %1$s}]
                """.formatted(shop.name()));
        shop.awaitRollout("deploy/bookstore", "deploy/bookbuyer", "deploy/bookthief");
        outside.awaitRollout("deploy/stranger");
    }

    @AfterAll
    static void end() {
        shop.close();
        outside.close();
    }

    @Test
    void who_is_allowed_gets_an_answer_and_nobody_else() {
        String books = "http://bookstore." + shop.name() + "/books";
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(shop.curl("deploy/bookbuyer", books)).isEqualTo("200"));
        assertThat(shop.curl("deploy/bookbuyer", "http://bookstore/secrets")).isEqualTo("403");
        assertThat(shop.curl("deploy/bookbuyer", books, "-X", "POST")).isEqualTo("403");
        assertThat(shop.curl("deploy/bookthief", books)).isEqualTo("403");
        assertThat(outside.curl("deploy/stranger", books)).isEqualTo("000");
    }

    @Test
    void where_the_mode_is_permissive_a_pod_without_a_sidecar_is_served() {
        try (TestNamespace open = TestNamespace.meshed("open")) {
            open.apply(EchoApp.serving("web").manifests());
            open.awaitRollout("deploy/web");
            String web = "http://web." + open.name() + "/";
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(outside.curl("deploy/stranger", web)).isEqualTo("200"));
            assertThat(shop.curl("deploy/bookthief", web)).isEqualTo("200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bookbuyer", "bookthief"})
    void sidecars_of_both_styles_come_up(String app) {
        String pod = shop.get("pods", "-l", "app=" + app)
                .path("items")
                .path(0)
                .path("metadata")
                .path("name")
                .asString("");
        assertThat(shop.annotation(pod, "weir.io/sidecar")).isNotNull();
        assertThat(shop.get("pod", pod)
                        .path("spec")
                        .path(app.equals("bookthief") ? "containers" : "initContainers")
                        .findValuesAsString("name"))
                .contains("weir-proxy");
    }
}
