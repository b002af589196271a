package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.MetricsApi.Count;
import io.weir.e2e.node.Program.Outcome;
import io.weir.smi.wellknown.EdgeStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What SMI's metrics tell of the bookstore is what its customers saw: counts exactly, percentiles within a bucket. */
@Tag("node")
class BookstoreMetricsTest {

    /** Long before what one bucket tells apart from the next is lost in how busy the machine is. */
    private static final String WORK = "delay=40ms";

    private static Bookstore bookstore;
    private static MetricsApi shop;
    private static MetricsApi customers;

    @BeforeAll
    static void start() {
        Release.with();
        bookstore = Bookstore.start();
        bookstore.quietClients();
        bookstore.shop().apply("""
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: bookstore}
                spec: {service: bookstore, backends: [{service: bookstore-v1, weight: 75}, {service: bookstore-v2, weight: 25}]}
                """);
        bookstore.shop().awaitProgrammed("trafficsplits.split.smi-spec.io", "bookstore");
        shop = new MetricsApi(bookstore.shop().name(), "1m");
        customers = new MetricsApi(bookstore.customers().name(), "1m");
    }

    @AfterAll
    static void end() {
        if (bookstore != null) {
            bookstore.close();
        }
    }

    /** What came back to a customer: how often from which version, and after how many milliseconds. */
    private record Seen(Map<String, Integer> versions, List<Double> milliseconds) {

        long of(String version) {
            return versions.getOrDefault(version, 0);
        }

        /** The 50th, 90th and 99th percentile. */
        List<Double> percentiles() {
            List<Double> sorted = new ArrayList<>(milliseconds);
            Collections.sort(sorted);
            return List.of(
                    sorted.get(sorted.size() / 2),
                    sorted.get(sorted.size() * 90 / 100),
                    sorted.get(sorted.size() * 99 / 100));
        }
    }

    private static Seen calls(String customer, int count, int status, String url) {
        Outcome outcome = bookstore
                .customers()
                .exec(
                        "deploy/" + customer,
                        "curl",
                        "-s",
                        "-m",
                        "10",
                        "-w",
                        "\n%{http_code} %{time_total}\n",
                        url + "&n=[1-" + count + "]");
        assertThat(outcome.ok()).as(outcome.output()).isTrue();
        Seen seen = new Seen(new TreeMap<>(), new ArrayList<>());
        Iterator<String> lines =
                outcome.out().lines().filter(line -> !line.isBlank()).iterator();
        while (lines.hasNext()) {
            String body = lines.next();
            String[] end = lines.next().split(" ");
            assertThat(end[0]).isEqualTo(String.valueOf(status));
            String version =
                    body.startsWith("{") ? Cluster.json(body).path("version").asString("") : "denied";
            seen.versions.merge(version, 1, Integer::sum);
            seen.milliseconds.add(1_000 * Double.parseDouble(end[1]));
        }
        assertThat(seen.milliseconds).hasSize(count);
        return seen;
    }

    @Test
    void every_path_tells_what_the_customers_saw() {
        await().atMost(Duration.ofSeconds(180))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(() -> shop.count("").equals(Count.NONE));
        String alone = "http://bookstore-%s." + bookstore.shop().name() + "/books?";
        Seen bought = calls("bookbuyer", 200, 200, bookstore.url("/books?" + WORK));
        Seen failed = calls("bookbuyer", 20, 500, alone.formatted("v2") + "status=500");
        Seen denied = calls("bookthief", 15, 403, alone.formatted("v1"));
        assertThat(bought.versions).containsOnlyKeys("v1", "v2");
        assertThat(failed.versions).containsOnlyKeys("v2");
        assertThat(denied.versions).containsOnlyKeys("denied");

        Count a = new Count(bought.of("v1"), 0);
        Count b = new Count(bought.of("v2"), 0);
        Count v1 = new Count(bought.of("v1") + 15, 0);
        Count v2 = new Count(bought.of("v2"), 20);
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(shop.count("")).isEqualTo(v1.plus(v2));
                    assertThat(shop.backends("/trafficsplits/bookstore"))
                            .isEqualTo(Map.of("bookstore-v1 75", a, "bookstore-v2 25", b));
                    assertThat(customers.edges("/edges"))
                            .isEqualTo(Map.of("to Namespace " + bookstore.shop().name(), v1.plus(v2)));
                });
        assertThat(shop.objects("/deployments"))
                .isEqualTo(Map.of("bookstore-v1", v1, "bookstore-v2", v2, "inventory", Count.NONE));
        assertThat(shop.objects("/services"))
                .isEqualTo(Map.of(
                        "bookstore", v1.plus(v2), "bookstore-v1", v1, "bookstore-v2", v2, "inventory", Count.NONE));
        assertThat(shop.count("/pods/" + pod("v1"))).isEqualTo(v1);
        assertThat(shop.count("/pods/" + pod("v2"))).isEqualTo(v2);
        assertThat(shop.edges("/deployments/bookstore-v1/edges"))
                .isEqualTo(Map.of(
                        "from Deployment " + bookstore.customers().name() + "/bookbuyer",
                        a,
                        "from Deployment " + bookstore.customers().name() + "/bookthief",
                        new Count(15, 0),
                        // By TCP, all the time: connections are no requests.
                        "to Deployment " + bookstore.shop().name() + "/inventory",
                        Count.NONE));
        assertThat(customers.objects("/deployments"))
                .isEqualTo(Map.of("bookbuyer", Count.NONE, "bookthief", Count.NONE));
        assertPercentiles(shop.latencies("/services/bookstore"), bought.percentiles());
    }

    private static String pod(String version) {
        return bookstore.shop().pods("app=bookstore,version=" + version).getFirst();
    }

    private static void assertPercentiles(List<Double> told, List<Double> seen) {
        for (int i = 0; i < told.size(); i++) {
            assertThat(Math.abs(bucket(told.get(i)) - bucket(seen.get(i))))
                    .as("%s ms told, %s ms seen", told, seen)
                    .isLessThanOrEqualTo(1);
        }
    }

    private static long bucket(double milliseconds) {
        return EdgeStats.LATENCY_BUCKETS_MS.stream()
                .filter(bound -> bound < milliseconds)
                .count();
    }
}
