package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.group;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.split;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The traffic-split vectors V13..V21 of SMI, each with requests through real Envoys with mTLS. */
final class SplitVectorsTest {

    @Test
    void v13_each_root_port_leads_to_the_same_port_of_every_backend() throws Exception {
        try (HttpApp blue = HttpApp.listening("blue", 8080, 9090);
                HttpApp green = HttpApp.listening("green", 8081, 9090);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "blue", blue.address(), "http:8080", "http:9090"),
                        workload("shop", "green", green.address(), "http:8081", "http:9090"),
                        serviceSelecting("shop", "birds", "app: none", "http:8080", "http:9090"),
                        service("shop", "blue-birds", "blue", "http:8080", "http:9090"),
                        service("shop", "green-birds", "green", "http:8080->8081", "http:9090"),
                        client("shop", "client"),
                        allowAll("shop", "blue", "shop/client"),
                        allowAll("shop", "green", "shop/client"),
                        split("shop", "birds", "birds", "blue-birds=50", "green-birds=50")))) {
            assertThat(mesh.bodies("shop/client", "http://birds.shop:8080/", 40))
                    .containsOnlyKeys("blue 8080 GET /", "green 8081 GET /");
            assertThat(mesh.bodies("shop/client", "http://birds.shop:9090/", 40))
                    .containsOnlyKeys("blue 9090 GET /", "green 9090 GET /");
        }
    }

    @Test
    void v14_a_backend_without_the_port_is_left_out_and_named() throws Exception {
        try (HttpApp blue = HttpApp.listening("blue", 1024);
                HttpApp green = HttpApp.listening("green", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "blue", blue.address(), "http:1024"),
                        workload("shop", "green", green.address(), "http:8080"),
                        serviceSelecting("shop", "birds", "app: none", "http:8080"),
                        service("shop", "blue-birds", "blue", "http:1024"),
                        service("shop", "green-birds", "green", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "blue", "shop/client"),
                        allowAll("shop", "green", "shop/client"),
                        split("shop", "birds", "birds", "blue-birds=50", "green-birds=50")))) {
            assertThat(mesh.apps("shop/client", "http://birds.shop:8080/", 50)).isEqualTo(Map.of("green", 50));
            assertThat(mesh.diagnostics())
                    .anyMatch(d -> d.contains("TrafficSplit shop/birds") && d.contains("blue-birds"));
        }
    }

    @Test
    void v15_weights_need_no_particular_sum() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(
                        join(apps.manifests(), split("shop", "web", "web", "web-v1=1000", "web-v2=500")))) {
            assertShares(mesh, "http://web.shop:8080/", 66.7, 33.3);
        }
    }

    @Test
    void v16_a_backend_of_weight_0_need_not_exist_yet() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh =
                        TestMesh.start(join(apps.manifests(), split("shop", "web", "web", "web-v1=100", "web-v3=0")))) {
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 50)).isEqualTo(Map.of("v1", 50));
            mesh.apply("web-v3.yaml", service("shop", "web-v3", "v2", "http:8080"));
            mesh.settle();
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 50)).isEqualTo(Map.of("v1", 50));
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    @Test
    void v17_no_weight_at_all_answers_503() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(join(
                        apps.manifests(),
                        split("shop", "web", "web", "web-v1=0", "web-v2=0"),
                        serviceSelecting("shop", "bare", "app: v1", "http:8080"),
                        "apiVersion: split.smi-spec.io/v1alpha4\nkind: TrafficSplit\n"
                                + "metadata: {namespace: shop, name: bare}\nspec: {service: bare, backends: []}\n"))) {
            assertThat(mesh.get("shop/client", "http://web.shop:8080/").status())
                    .isEqualTo(503);
            assertThat(mesh.get("shop/client", "http://bare.shop:8080/").status())
                    .isEqualTo(503);
            assertThat(mesh.diagnostics())
                    .anyMatch(d -> d.contains("TrafficSplit shop/web"))
                    .anyMatch(d -> d.contains("TrafficSplit shop/bare"));
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    @Test
    void v18_with_matches_only_matching_requests_are_split() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(join(
                        apps.manifests(),
                        group("shop", "firefox", "{name: firefox, headers: [{user-agent: \".*Firefox.*\"}]}"),
                        """
                        apiVersion: split.smi-spec.io/v1alpha4
                        kind: TrafficSplit
                        metadata: {namespace: shop, name: web}
                        spec:
                          service: web
                          matches: [{kind: HTTPRouteGroup, name: firefox}]
                          backends: [{service: web-v1, weight: 0}, {service: web-v2, weight: 100}]
                        """))) {
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 50, "User-Agent: Firefox/140"))
                    .isEqualTo(Map.of("v2", 50));
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 50, "User-Agent: curl"))
                    .containsOnlyKeys("v1", "v2");
        }
    }

    @Test
    void v19_a_root_may_be_its_own_backend() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "v1", v1.address(), "http:8080"),
                        workload("shop", "v2", v2.address(), "http:8080"),
                        service("shop", "web", "v1", "http:8080"),
                        service("shop", "web-v2", "v2", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "v1", "shop/client"),
                        allowAll("shop", "v2", "shop/client"),
                        split("shop", "web", "web", "web=90", "web-v2=10")))) {
            assertShares(mesh, "http://web.shop:8080/", 90, 10);
        }
    }

    @Test
    void v20_splits_are_not_hierarchical() throws Exception {
        try (HttpApp mid = HttpApp.listening("mid", 8080);
                HttpApp x = HttpApp.listening("x", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "mid", mid.address(), "http:8080"),
                        workload("shop", "x", x.address(), "http:8080"),
                        serviceSelecting("shop", "web", "app: none", "http:8080"),
                        service("shop", "mid", "mid", "http:8080"),
                        service("shop", "x", "x", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "mid", "shop/client"),
                        allowAll("shop", "x", "shop/client"),
                        split("shop", "a", "web", "mid=1"),
                        split("shop", "b", "mid", "x=1")))) {
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 30)).isEqualTo(Map.of("mid", 30));
            assertThat(mesh.apps("shop/client", "http://mid.shop:8080/", 30)).isEqualTo(Map.of("x", 30));
        }
    }

    @Test
    void v21_of_two_splits_on_one_root_the_older_holds() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(apps.manifests())) {
            mesh.apply("older.yaml", aged("zz-older", "2026-01-01T00:00:00Z", "web-v1"));
            mesh.apply("newer.yaml", aged("aa-newer", "2026-02-01T00:00:00Z", "web-v2"));
            mesh.settle();
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 30)).isEqualTo(Map.of("v1", 30));
            assertThat(mesh.diagnostics())
                    .anyMatch(d -> d.contains("TrafficSplit shop/aa-newer") && d.contains("zz-older"));
            mesh.delete("older.yaml");
            mesh.settle();
            assertThat(mesh.apps("shop/client", "http://web.shop:8080/", 30)).isEqualTo(Map.of("v2", 30));
        }
    }

    @Test
    void s42_a_root_that_selects_only_the_primary_is_split_all_the_same() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "v1", v1.address(), "http:8080"),
                        workload("shop", "v2", v2.address(), "http:8080"),
                        service("shop", "podinfo", "v1", "http:8080"),
                        service("shop", "podinfo-primary", "v1", "http:8080"),
                        service("shop", "podinfo-canary", "v2", "http:8080"),
                        client("shop", "client"),
                        allowAll("shop", "v1", "shop/client"),
                        allowAll("shop", "v2", "shop/client"),
                        """
                        apiVersion: split.smi-spec.io/v1alpha1
                        kind: TrafficSplit
                        metadata: {namespace: shop, name: podinfo}
                        spec:
                          service: podinfo
                          backends: [{service: podinfo-canary, weight: "30"}, {service: podinfo-primary, weight: 70}]
                        """))) {
            assertShares(mesh, "http://podinfo.shop:8080/", 70, 30);
            assertThat(mesh.apps("shop/client", "http://podinfo-canary.shop:8080/", 20))
                    .isEqualTo(Map.of("v2", 20));
        }
    }

    private static String aged(String name, String created, String backend) {
        return split("shop", name, "web", backend + "=1")
                .replace("name: " + name + "}", "name: " + name + ", creationTimestamp: \"" + created + "\"}");
    }

    private static void assertShares(TestMesh mesh, String url, double v1, double v2) throws Exception {
        Map<String, Integer> apps = mesh.apps("shop/client", url, 1_000);
        assertThat(apps.keySet()).containsExactlyInAnyOrderElementsOf(List.of("v1", "v2"));
        assertThat(apps.getOrDefault("v1", 0) / 10.0).isCloseTo(v1, within(5.0));
        assertThat(apps.getOrDefault("v2", 0) / 10.0).isCloseTo(v2, within(5.0));
    }
}
