package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.serviceSelecting;
import static io.weir.e2e.Manifests.split;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code weir stat}, {@code weir edges} and {@code weir split watch} say of a mesh that runs is what apps and callers saw. */
final class StatTest {

    private static final int CALLS = 60;
    private static final int THEFTS = 7;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path home;

    private static String shop(HttpApp v1, HttpApp v2) {
        return join(
                client("customers", "buyer"),
                client("customers", "thief"),
                workload("shop", "v1", v1.address(), "http:8080"),
                workload("shop", "v2", v2.address(), "http:8080"),
                serviceSelecting("shop", "web", "app: none", "http:8080"),
                service("shop", "web-v1", "v1", "http:8080"),
                service("shop", "web-v2", "v2", "http:8080"),
                split("shop", "canary", "web", "web-v1=50", "web-v2=50"),
                allowAll("shop", "v1", "customers/buyer"),
                allowAll("shop", "v2", "customers/buyer"));
    }

    @Test
    void requests_are_counted_by_workload_by_edge_and_by_backend() throws Exception {
        try (HttpApp v1 = HttpApp.listening("v1", 8080);
                HttpApp v2 = HttpApp.listening("v2", 8080);
                WeirRun weir = WeirRun.start(home, shop(v1, v2))) {
            v2.answerWith(503);
            for (int i = 0; i < CALLS; i++) {
                assertThat(weir.status("customers/buyer", "http://web.shop:8080/"))
                        .isIn(200, 503);
            }
            for (int i = 0; i < THEFTS; i++) {
                assertThat(weir.status("customers/thief", "http://web-v1.shop:8080/"))
                        .isEqualTo(403);
            }
            if (counts()) {
                counted(weir, v1, v2);
            } else {
                unavailable(weir);
            }
        }
    }

    private static void counted(WeirRun weir, HttpApp v1, HttpApp v2) throws Exception {
        weir.awaiting("all are counted", () -> {
            JsonNode v1Row = row(ask(weir, "stat", "-n", "shop"), "rows", "v1");
            JsonNode v2Row = row(ask(weir, "stat", "-n", "shop"), "rows", "v2");
            return v1Row.path("requests").asInt() == v1.served() + THEFTS
                    && v2Row.path("requests").asInt() == v2.served();
        });

        JsonNode stat = ask(weir, "stat", "-n", "shop");
        assertThat(row(stat, "rows", "v1").path("denied").asInt()).isEqualTo(THEFTS);
        assertThat(row(stat, "rows", "v1").path("success").asDouble()).isEqualTo(1);
        assertThat(row(stat, "rows", "v2").path("success").asDouble()).isZero();
        assertThat(row(stat, "rows", "v1").path("p99Ms").asDouble()).isPositive();

        JsonNode split = ask(weir, "split", "watch", "canary", "--once")
                .path("trafficSplits")
                .path(0)
                .path("backends");
        assertThat(split.path(0).path("requests").asInt()).isEqualTo(v1.served());
        assertThat(split.path(1).path("requests").asInt()).isEqualTo(v2.served());
        assertThat(split.path(1).path("observedShare").asDouble()).isEqualTo((double) v2.served() / CALLS);

        WeirRun.Ran edges = weir.weir("edges", "-t", "5m");
        assertThat(edges.exit()).as(edges.err()).isZero();
        assertThat(edges.out().lines().filter(line -> !line.startsWith("SRC")))
                .satisfiesExactly(
                        line -> assertThat(line).matches("customers/buyer +shop/v1 +(√|yes) +100\\.00% .*"),
                        line -> assertThat(line).matches("customers/buyer +shop/v2 +(√|yes) +0\\.00% .*"),
                        line -> assertThat(line).matches("customers/thief +shop/v1 +(√|yes) .* " + THEFTS));
    }

    /** Nothing was counted, which is not told as if nothing had happened. */
    private static void unavailable(WeirRun weir) throws Exception {
        String named = "4 sidecars tell nothing (Envoy counts from 1.39 on; or it does not run):"
                + " customers/buyer, customers/thief, shop/v1, shop/v2";
        weir.awaiting("sidecars that can't count are named", () -> {
            WeirRun.Ran stat = weir.weir("stat", "-n", "shop");
            return stat.exit() == 0 && stat.err().contains(named);
        });
        assertThat(weir.weir("edges").out()).isEqualTo("no traffic was counted in the last 30 s\n");
        assertThat(ask(weir, "stat").path("unavailable").size()).isEqualTo(4);
    }

    private static boolean counts() throws Exception {
        return Envoys.underTest().version().compareTo("1.39") >= 0;
    }

    private static JsonNode ask(WeirRun weir, String... words) throws IOException {
        String[] all = Arrays.copyOf(words, words.length + 4);
        System.arraycopy(new String[] {"-t", "5m", "-o", "json"}, 0, all, words.length, 4);
        WeirRun.Ran ran = weir.weir(all);
        return ran.exit() == 0 ? JSON.readTree(ran.out()) : JSON.createObjectNode();
    }

    private static JsonNode row(JsonNode tree, String key, String name) {
        return tree.path(key)
                .valueStream()
                .filter(row -> row.path("name").asString().equals(name))
                .findFirst()
                .orElseGet(JSON::createObjectNode);
    }
}
