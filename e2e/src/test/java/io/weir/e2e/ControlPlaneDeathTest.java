package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.split;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.e2e.SteadyLoad.Kind;
import io.weir.e2e.SteadyLoad.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane of a {@code weir run} is killed, is away for a while, and comes back. */
final class ControlPlaneDeathTest {

    private static final String URL = "http://web.shop:8080/";

    @TempDir
    private Path home;

    @Test
    void away_for_ten_seconds_under_load_no_request_fails_and_what_was_saved_meanwhile_counts_after() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                WeirRun weir = WeirRun.start(home, shop(v1))) {
            weir.awaiting(
                    "the started app serves", () -> weir.status("shop/client", "http://web-v2.shop:8080/") == 200);
            weir.settle();
            try (SteadyLoad load = SteadyLoad.start(weir.proxyOf("shop/client"), URL)) {
                load.goOn(Duration.ofSeconds(1));
                weir.launcher().killAndHoldBack();
                weir.apply(
                        "mesh.yaml",
                        shop(v1).replace("v1, weight: 100", "v1, weight: 0").replace("v2, weight: 0", "v2, weight: 1"));
                List<Outcome> away = load.goOn(Duration.ofSeconds(10));
                weir.launcher().letGo();
                weir.settle();
                Instant back = Instant.now();
                load.goOn(Duration.ofSeconds(1));
                List<Outcome> all = load.stop();

                assertThat(all)
                        .filteredOn(Outcome::failed)
                        .as("%s", weir.printed())
                        .isEmpty();
                for (Kind kind : Kind.values()) {
                    assertThat(away)
                            .filteredOn(outcome -> outcome.kind() == kind)
                            .hasSizeGreaterThan(500);
                }
                assertThat(away).allMatch(outcome -> outcome.body().startsWith("v1 "));
                assertThat(all)
                        .filteredOn(outcome -> outcome.at().isAfter(back))
                        .isNotEmpty()
                        .allMatch(outcome -> outcome.body().contains("\"app\": \"v2\""));
            }
        }
    }

    @Test
    void a_service_with_its_split_and_target_deleted_meanwhile_leaves_nothing_in_any_envoy() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp old = HttpApp.listening("old", 8080);
                WeirRun weir =
                        WeirRun.start(home, join(shop(v1), workload("shop", "old", old.address(), "http:8080")))) {
            weir.apply(
                    "legacy.yaml",
                    join(
                            serviceSelecting("shop", "legacy", "app: none", "http:9090", "tcp:9091"),
                            service("shop", "legacy-v0", "old", "http:9090->8080", "tcp:9091->8080"),
                            split("shop", "legacy", "legacy", "legacy-v0=100"),
                            allowAll("shop", "old", "shop/client")));
            weir.settle();
            List<Sidecar> envoys = Stream.of("client", "old", "v1", "v2")
                    .map(name -> weir.sidecar("shop/" + name))
                    .toList();
            assertThat(weir.status("shop/client", "http://legacy.shop:9090/")).isEqualTo(200);
            for (Sidecar envoy : envoys) {
                assertThat(envoy.resources())
                        .contains(
                                "cluster outbound/shop/legacy-v0/9090",
                                "endpoint outbound/shop/legacy-v0/9091",
                                "listener outbound/shop/legacy/9091",
                                "route outbound/shop/legacy/9090");
            }

            weir.launcher().killAndHoldBack();
            weir.delete("legacy.yaml");
            weir.launcher().letGo();
            weir.awaitServing();
            Instant back = Instant.now();
            for (Sidecar envoy : envoys) {
                weir.awaiting(
                        "nothing is left",
                        () -> leftOf("legacy", envoy.resources()).isEmpty());
            }
            assertThat(Duration.between(back, Instant.now())).isLessThan(Duration.ofSeconds(10));
            weir.settle();
            assertThat(weir.status("shop/client", "http://legacy.shop:9090/")).isEqualTo(404);
            assertThat(weir.status("shop/client", URL)).isEqualTo(200);
        }
    }

    /** But for a route table that goes with its listener, once that has drained: Envoy forgets it then. */
    private static List<String> leftOf(String service, List<String> resources) {
        return resources.stream()
                .filter(name -> name.contains(service) && !name.startsWith("draining "))
                .filter(name -> !resources.contains(name.replaceFirst("^route ", "draining ")))
                .toList();
    }

    @Test
    void what_did_not_change_is_not_sent_again() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                WeirRun weir = WeirRun.start(home, shop(v1))) {
            weir.awaiting(
                    "the started app serves", () -> weir.status("shop/client", "http://web-v2.shop:8080/") == 200);
            weir.settle();
            List<Sidecar> envoys = Stream.of("client", "v1", "v2")
                    .map(name -> weir.sidecar("shop/" + name))
                    .toList();
            List<SortedMap<String, Long>> before = updates(envoys);

            weir.launcher().kill();
            weir.awaitServing();
            weir.settle();
            assertThat(weir.sent()).isEqualTo(Map.of("secret", 3.0));
            assertThat(updates(envoys)).isEqualTo(before);

            weir.launcher().killAndHoldBack();
            weir.apply("mesh.yaml", shop(v1).replace("weight: 0}", "weight: 1}"));
            weir.launcher().letGo();
            weir.awaitServing();
            weir.settle();
            assertThat(weir.sent()).isEqualTo(Map.of("secret", 3.0, "route", 3.0));
        }
    }

    @Test
    void a_target_revoked_meanwhile_denies_on_an_open_connection_as_soon_as_it_is_back() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                WeirRun weir = WeirRun.start(home, shop(v1));
                HttpConnection open = new HttpConnection(weir.proxyOf("shop/client"))) {
            assertThat(status(open)).isEqualTo(200);

            weir.launcher().killAndHoldBack();
            weir.apply("mesh.yaml", versions(v1));
            assertThat(status(open)).as("sidecars keep what they have").isEqualTo(200);
            weir.launcher().letGo();
            weir.awaitServing();
            weir.settle();
            int served = v1.served();
            assertThat(status(open)).isEqualTo(403);
            assertThat(weir.status("shop/client", URL)).isEqualTo(403);
            assertThat(v1.served()).isEqualTo(served);
        }
    }

    private static int status(HttpConnection connection) throws Exception {
        return connection.send("GET", URL, "web.shop:8080", List.of()).status();
    }

    /** What each Envoy took, by kind; not secrets, which are new after every start of a control plane. */
    private static List<SortedMap<String, Long>> updates(List<Sidecar> envoys) throws Exception {
        List<SortedMap<String, Long>> updates = new ArrayList<>();
        for (Sidecar envoy : envoys) {
            SortedMap<String, Long> one = envoy.statistics(".update_success");
            one.keySet().removeIf(name -> name.startsWith("sds."));
            updates.add(one);
        }
        return updates;
    }

    /** A service of two versions, both open to the client. */
    private static String shop(HttpApp v1) {
        return join(versions(v1), allowAll("shop", "v1", "shop/client"), allowAll("shop", "v2", "shop/client"));
    }

    /** One version is an app of ours, one is started by the supervisor; all requests are for the first. */
    private static String versions(HttpApp v1) {
        Path echo = Path.of("../examples/echo/echo.py").toAbsolutePath().normalize();
        return join(
                workload("shop", "v1", v1.address(), "http:8080"),
                """
                apiVersion: weir.io/v1alpha1
                kind: Workload
                metadata: {namespace: shop, name: v2, labels: {app: v2}}
                spec:
                  serviceAccount: v2
                  ports: [{name: http, port: 8080}]
                  command: [python3, %s, serve]
                  env: {APP: v2}
                """.formatted(echo),
                serviceSelecting("shop", "web", "app: none", "http:8080"),
                service("shop", "web-v1", "v1", "http:8080"),
                service("shop", "web-v2", "v2", "http:8080"),
                split("shop", "web", "web", "web-v1=100", "web-v2=0"),
                client("shop", "client"));
    }
}
