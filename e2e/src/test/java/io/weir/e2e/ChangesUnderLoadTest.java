package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.group;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.split;
import static io.weir.e2e.Manifests.target;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.Load.Counts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people do to a mesh while it serves: no request notices, and what was changed holds for the next one. */
final class ChangesUnderLoadTest {

    private static final String URL = "http://web.shop:8080/";

    @Test
    void a_hundred_changes_of_weights_during_twenty_thousand_requests_fail_none() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(apps.manifests());
                Load load = Load.http(mesh.proxy("shop/client"), URL)) {
            int share = 0;
            for (int change = 1; change <= 100; change++) {
                // All shares between 0 and 100, near ones never in a row.
                share = change * 37 % 101;
                mesh.apply("split.yaml", split("shop", "web", "web", "web-v1=" + share, "web-v2=" + (100 - share)));
                mesh.settle();
                load.reach(change * 200L);
            }
            Counts counts = load.stop();
            assertThat(counts.failures()).isEmpty();
            assertThat(counts.requests()).isGreaterThanOrEqualTo(20_000);
            assertThat(counts.callers().get(Caller.ON_NEW_CONNECTIONS)).isGreaterThan(1_000);
            assertThat(counts.apps()).containsOnlyKeys("v1", "v2");
            Map<String, Integer> last = mesh.apps("shop/client", URL, 1_000);
            assertThat(last.getOrDefault("v1", 0) / 10.0).isCloseTo(share, within(5.0));
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    /** Each round's Service, and so each round's clusters, are new; the split moves there and the old ones go. */
    @Test
    void fifty_times_a_new_backend_replaces_the_old_one_and_no_request_fails() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh = TestMesh.start(apps.manifests());
                Load load = Load.http(mesh.proxy("shop/client"), URL)) {
            for (int round = 1; round <= 50; round++) {
                String fresh = service("shop", "web-r" + round, "v" + (1 + round % 2), "http:8080");
                String split = split("shop", "web", "web", "web-r" + round + "=1");
                if (round % 5 != 0) {
                    // Step by step only now and then: the one save that adds, moves and removes is the hard case.
                    mesh.apply("round.yaml", join(fresh, split));
                } else {
                    mesh.apply("fresh.yaml", fresh);
                    mesh.settle();
                    mesh.apply("round.yaml", split);
                    mesh.settle();
                }
                mesh.settle();
                load.reach(round * 100L);
                if (round % 5 == 0) {
                    mesh.apply("round.yaml", join(fresh, split));
                    mesh.delete("fresh.yaml");
                }
            }
            Counts counts = load.stop();
            assertThat(counts.failures()).isEmpty();
            assertThat(counts.requests()).isGreaterThanOrEqualTo(5_000);
            assertThat(counts.apps()).containsOnlyKeys("v1", "v2");
            assertThat(mesh.apps("shop/client", URL, 20)).isEqualTo(Map.of("v1", 20));
            assertThat(mesh.sidecar("shop/client").resources())
                    .filteredOn(name -> name.startsWith("cluster ") && name.contains("/web-r"))
                    .containsExactly("cluster outbound/shop/web-r50/8080");
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    @Test
    void a_version_goes_with_its_sidecar_as_soon_as_the_next_has_taken_over_and_no_request_fails() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                HttpApp v3 = HttpApp.listening("v3", 8080);
                TestMesh mesh = TestMesh.start(
                        join(client("shop", "client"), serviceSelecting("shop", "web", "app: none", "http:8080")))) {
            mesh.apply("v1.yaml", version("v1", v1));
            mesh.apply("split.yaml", split("shop", "web", "web", "web-v1=1"));
            mesh.settle();
            try (Load load = Load.http(mesh.proxy("shop/client"), URL)) {
                load.reach(100);
                replace(mesh, "v1", "v2", v2);
                replace(mesh, "v2", "v3", v3);
                load.reach(load.requests() + 100);
                Counts counts = load.stop();
                assertThat(counts.failures()).isEmpty();
                assertThat(counts.apps()).containsOnlyKeys("v1", "v2", "v3");
            }
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    private static void replace(TestMesh mesh, String old, String next, HttpApp app) throws Exception {
        Sidecar leaving = mesh.sidecar("shop/" + old);
        mesh.apply(next + ".yaml", version(next, app));
        mesh.settle();
        mesh.apply("split.yaml", split("shop", "web", "web", "web-" + next + "=1"));
        mesh.delete(old + ".yaml");
        mesh.settle();
        await().atMost(Duration.ofSeconds(30)).until(() -> !leaving.answers());
    }

    private static String version(String name, HttpApp app) {
        return join(
                workload("shop", name, app.address(), "http:8080"),
                service("shop", "web-" + name, name, "http:8080"),
                allowAll("shop", name, "shop/client"));
    }

    @Test
    void a_grant_taken_back_or_given_holds_for_the_next_request_on_open_connections() throws Exception {
        String grant = target("shop", "grant", "web", List.of("shop/client"), "HTTPRouteGroup/all");
        String nobody = grant.replace("{kind: ServiceAccount, namespace: shop, name: client}", "");
        try (HttpApp app = HttpApp.listening("web", 8080);
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "web", app.address(), "http:8080"),
                        service("shop", "web", "web", "http:8080"),
                        client("shop", "client"),
                        client("shop", "other"),
                        group("shop", "all", "{name: all, pathRegex: \".*\"}"),
                        target("shop", "others", "web", List.of("shop/other"), "HTTPRouteGroup/all")));
                HttpConnection connection = mesh.connect("shop/client");
                Load other = Load.http(mesh.proxy("shop/other"), URL)) {
            assertThat(status(connection)).isEqualTo(403);
            for (int round = 0; round < 10; round++) {
                mesh.apply("grant.yaml", grant);
                mesh.settle();
                assertThat(status(connection)).isEqualTo(200);
                if (round % 2 == 0) {
                    mesh.delete("grant.yaml");
                } else {
                    mesh.apply("grant.yaml", nobody);
                }
                mesh.settle();
                assertThat(status(connection)).isEqualTo(403);
            }
            assertThat(other.stop().failures()).isEmpty();
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    private static int status(HttpConnection connection) throws IOException {
        return connection.send("GET", URL, "web.shop:8080", List.of()).status();
    }
}
