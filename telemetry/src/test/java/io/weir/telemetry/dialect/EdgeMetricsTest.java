package io.weir.telemetry.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.ServiceKey;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Edge.Protocol;
import io.weir.telemetry.model.Edge.Reporter;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Latencies;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.model.Party;
import io.weir.telemetry.model.Party.Owner;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EdgeMetricsTest {

    private static final String UPDATE = "golden.update";
    private static final Path GOLDENS = Path.of("src/test/resources/golden/dialect");

    private static Map<Edge, Traffic> all() {
        Map<Edge, Traffic> totals = new HashMap<>(CanaryMesh.after(1));
        totals.putAll(CanaryMesh.others());
        return totals;
    }

    private static List<String> lines(Dialect dialect, Map<Edge, Traffic> totals, Inventory inventory) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            EdgeMetrics.write(
                    bytes,
                    EnumSet.of(dialect),
                    new Scrape(
                            totals,
                            Set.of(CanaryMesh.DATABASE.key()),
                            inventory,
                            CanaryMesh.NAMES,
                            CanaryMesh.COVERAGE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Lines of one metric whose labels say all of this. */
    private static List<String> find(List<String> lines, String name, String... labels) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .toList();
    }

    private static double sum(List<String> lines) {
        return lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Without most buckets, so that a file can be read. */
    private static String shown(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.contains("le=\"") || line.contains("le=\"10.0\"") || line.contains("le=\"+Inf\""))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @ParameterizedTest
    @EnumSource
    void a_dialect_is_as_its_file_says(Dialect dialect) throws IOException {
        Path golden = GOLDENS.resolve(dialect + ".txt");
        String text = shown(lines(dialect, all(), CanaryMesh.inventory()));
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(golden, text);
        }
        assertThat(Files.exists(golden) ? Files.readString(golden) : "")
                .as("%s; if the change is meant, run this test with -D%s=true", golden, UPDATE)
                .isEqualTo(text);
    }

    /** The load tester's calls of the database, which is known by another account or was on another node. */
    private static Map<Edge, Traffic> withAnother(Party database) {
        Map<Edge, Traffic> totals = all();
        for (Reporter reporter : Reporter.values()) {
            ServiceKey service = reporter == Reporter.SOURCE ? CanaryMesh.PG : null;
            Edge edge =
                    new Edge(reporter, CanaryMesh.TESTER, CanaryMesh.DATABASE, service, service, Protocol.TCP, true);
            totals.put(
                    new Edge(reporter, CanaryMesh.TESTER, database, service, service, Protocol.TCP, true),
                    Objects.requireNonNull(totals.get(edge)));
        }
        return totals;
    }

    @ParameterizedTest
    @EnumSource
    void no_series_is_told_twice(Dialect dialect) {
        Party renamed = new Party("data", "pg-0", "other", CanaryMesh.DATABASE.owners(), "node-1");
        Set<String> seen = new HashSet<>();
        assertThat(lines(dialect, withAnother(renamed), CanaryMesh.inventory()))
                .filteredOn(line -> !line.startsWith("#"))
                .isNotEmpty()
                .allMatch(line -> seen.add(line.substring(0, line.lastIndexOf(' '))));
    }

    @Test
    void a_pod_that_came_back_on_another_node_has_series_of_its_own_which_so_never_fall() {
        Party moved = new Party("data", "pg-0", "pg", CanaryMesh.DATABASE.owners(), "node-2");
        Map.of(
                        Dialect.WEIR, "weir_tcp_connections_total",
                        Dialect.LINKERD, "tcp_open_total",
                        Dialect.ISTIO, "istio_tcp_connections_opened_total")
                .forEach((dialect, name) -> {
                    List<String> lines = lines(dialect, withAnother(moved), CanaryMesh.inventory());
                    assertThat(find(lines, name, "\"node-2\"")).isNotEmpty().allMatch(line -> line.endsWith(" 3.0"));
                });
    }

    @Test
    void a_request_is_counted_once_on_each_side() {
        List<String> osm = lines(Dialect.OSM, CanaryMesh.after(1), CanaryMesh.inventory());
        assertThat(sum(find(osm, "osm_request_total", "destination_name=\"podinfo\"")))
                .isEqualTo(100);
        List<String> linkerd = lines(Dialect.LINKERD, CanaryMesh.after(1), CanaryMesh.inventory());
        assertThat(sum(find(
                        linkerd, "response_total", "{authority", ",deployment=\"podinfo\"", "direction=\"inbound\"")))
                .isEqualTo(100);
        assertThat(sum(find(linkerd, "response_total", "dst_deployment=\"podinfo\"", "direction=\"outbound\"")))
                .isEqualTo(100);
        List<String> istio = lines(Dialect.ISTIO, CanaryMesh.after(1), CanaryMesh.inventory());
        for (String reporter : List.of("source", "destination")) {
            assertThat(sum(find(
                            istio,
                            "istio_requests_total",
                            "destination_workload=\"podinfo\"",
                            "reporter=\"" + reporter + "\"")))
                    .isEqualTo(100);
        }
    }

    @Test
    void a_canary_that_nobody_has_called_has_zeros_for_success_and_failure_on_both_sides() {
        List<String> lines = lines(Dialect.WEIR, CanaryMesh.before(), CanaryMesh.inventory());
        for (String reporter : List.of("source", "destination")) {
            for (String code : List.of("200", "500", "503")) {
                List<String> found = find(
                        lines,
                        "weir_requests_total",
                        "reporter=\"" + reporter + "\"",
                        "source_workload=\"loadtester\"",
                        "destination_workload=\"podinfo\"",
                        "response_code=\"" + code + "\"");
                assertThat(found).hasSize(1).allMatch(line -> line.endsWith(" 0.0"));
            }
        }
        assertThat(find(lines, "weir_requests_total", "split=\"podinfo\"", "backend=\"podinfo-canary\""))
                .isNotEmpty();
    }

    @Test
    void the_zero_of_an_edge_and_its_first_requests_are_one_series() {
        Set<String> before = series(lines(Dialect.WEIR, CanaryMesh.before(), CanaryMesh.inventory()));
        assertThat(series(lines(Dialect.WEIR, CanaryMesh.after(1), CanaryMesh.inventory())))
                .isEqualTo(before);
    }

    private static Set<String> series(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.startsWith("#") && !line.contains("source_workload=\"\""))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toSet());
    }

    @Test
    void a_workload_that_nobody_calls_has_a_zero_in_each_dialect() {
        Map<Edge, Traffic> none = Map.of();
        assertThat(find(
                        lines(Dialect.WEIR, none, CanaryMesh.inventory()),
                        "weir_requests_total",
                        "destination_workload=\"podinfo\"",
                        "reporter=\"destination\"",
                        "response_code=\"200\""))
                .hasSize(1)
                .allMatch(line -> line.endsWith(" 0.0"));
        assertThat(find(
                        lines(Dialect.OSM, none, CanaryMesh.inventory()),
                        "osm_request_total",
                        "destination_name=\"podinfo\"",
                        "response_code=\"200\""))
                .hasSize(1);
        assertThat(find(
                        lines(Dialect.LINKERD, none, CanaryMesh.inventory()),
                        "response_total",
                        ",deployment=\"podinfo\"",
                        "direction=\"inbound\"",
                        "status_code=\"200\""))
                .hasSize(1);
        assertThat(find(
                        lines(Dialect.ISTIO, none, CanaryMesh.inventory()),
                        "istio_requests_total",
                        "destination_workload=\"podinfo\"",
                        "reporter=\"destination\"",
                        "response_code=\"200\""))
                .hasSize(1);
    }

    @Test
    void bytes_go_the_way_that_each_dialect_means() {
        Map<Edge, Traffic> totals = CanaryMesh.others();
        List<String> weir = lines(Dialect.WEIR, totals, CanaryMesh.inventory());
        assertThat(sum(find(weir, "weir_tcp_sent_bytes_total", "reporter=\"source\"")))
                .isEqualTo(700);
        // Istio's sent is what a destination sent.
        List<String> istio = lines(Dialect.ISTIO, totals, CanaryMesh.inventory());
        assertThat(sum(find(istio, "istio_tcp_sent_bytes_total", "reporter=\"source\"")))
                .isEqualTo(90_000);
        assertThat(sum(find(istio, "istio_tcp_received_bytes_total", "reporter=\"source\"")))
                .isEqualTo(700);
        List<String> linkerd = lines(Dialect.LINKERD, totals, CanaryMesh.inventory());
        assertThat(sum(find(linkerd, "tcp_read_bytes_total", "direction=\"inbound\"", "peer=\"src\"")))
                .isEqualTo(700);
        assertThat(sum(find(linkerd, "tcp_write_bytes_total", "direction=\"outbound\"", "peer=\"dst\"")))
                .isEqualTo(700);
    }

    @Test
    void a_grpc_client_that_is_wrong_is_no_failure_of_the_server() {
        List<String> lines = lines(Dialect.LINKERD, CanaryMesh.others(), CanaryMesh.inventory());
        assertThat(sum(find(lines, "response_total", "classification=\"failure\"", "grpc_status=\"14\"")))
                .isEqualTo(1);
        assertThat(sum(find(lines, "response_total", "classification=\"success\"", "grpc_status=\"5\"")))
                .isEqualTo(1);
    }

    @Test
    void a_call_of_a_service_without_endpoints_is_one_of_its_namespace() {
        assertThat(find(
                        lines(Dialect.WEIR, CanaryMesh.others(), CanaryMesh.inventory()),
                        "weir_requests_total",
                        "destination_namespace=\"test\"",
                        "destination_service=\"gone\"",
                        "response_code=\"503\""))
                .singleElement()
                .asString()
                .endsWith(" 2.0");
    }

    @Test
    void a_sidecar_that_does_not_report_is_named_since_its_zeros_mean_nothing() {
        assertThat(lines(Dialect.WEIR, CanaryMesh.before(), CanaryMesh.inventory()))
                .contains("weir_sidecar_silent{kind=\"StatefulSet\",namespace=\"data\",pod=\"pg-0\",workload=\"pg\"}"
                        + " 1.0");
        assertThat(String.join("", lines(Dialect.ISTIO, CanaryMesh.before(), CanaryMesh.inventory())))
                .doesNotContain("silent");
    }

    @Test
    void names_are_escaped_as_the_format_wants() {
        Party strange = new Party("a\"b", "c\\d", "", List.of(), "");
        Map<Edge, Traffic> totals = Map.of(
                new Edge(Reporter.SOURCE, strange, Party.UNKNOWN, new ServiceKey("n", "s"), null, Protocol.TCP, false),
                Traffic.NONE);
        assertThat(lines(Dialect.WEIR, totals, Inventory.EMPTY))
                .anyMatch(
                        line -> line.contains("source_namespace=\"a\\\"b\"") && line.contains("source_pod=\"c\\\\d\""));
    }

    /** Of 30, which is what Mimir takes unless it is told otherwise, the rest is for those that scrape and store. */
    @Test
    void a_series_of_ours_has_at_most_23_labels_with_its_name() {
        Edge edge = new Edge(
                Reporter.SOURCE,
                full("client"),
                full("web"),
                new ServiceKey("shop", "web"),
                new ServiceKey("shop", "web-canary"),
                Protocol.GRPC,
                true);
        Traffic traffic = new Traffic(new TreeMap<>(Map.of(new Outcome(200, 0), 1L)), Latencies.NONE, 0, 0, 0);

        assertThat(lines(Dialect.WEIR, Map.of(edge, traffic), Inventory.EMPTY).stream()
                        .filter(line -> !line.startsWith("#"))
                        .mapToLong(line -> 1
                                + line.chars()
                                        .filter(character -> character == '=')
                                        .count())
                        .max())
                .hasValue(23);
    }

    private static Party full(String name) {
        return new Party(
                "shop",
                name + "-1",
                name,
                List.of(new Owner(ResourceKind.REPLICA_SET, name + "-rs"), new Owner(ResourceKind.DEPLOYMENT, name)),
                "node-1");
    }
}
