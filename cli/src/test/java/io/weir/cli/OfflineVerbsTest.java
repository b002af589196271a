package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineVerbsTest {

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: NAME, namespace: shop}
            spec:
              selector: {SELECTOR}
              ports: [{name: http, port: 80, targetPort: 8080}]
            ---
            """;

    private static final String WORKLOAD = """
            apiVersion: weir.io/v1alpha1
            kind: Workload
            metadata: {name: NAME, namespace: shop, labels: {app: web, version: NAME}}
            spec: {serviceAccount: NAME, ports: [{name: http, port: 8080}]}
            ---
            """;

    private static final String MESH = SERVICE.replace("NAME", "web").replace("SELECTOR", "app: web")
            + SERVICE.replace("NAME", "web-v1").replace("SELECTOR", "version: v1")
            + SERVICE.replace("NAME", "web-v2").replace("SELECTOR", "version: v2")
            + WORKLOAD.replace("NAME", "v1")
            + WORKLOAD.replace("NAME", "v2")
            + WORKLOAD.replace("NAME", "client").replace("app: web", "app: client")
            + """
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: HTTPRouteGroup
            metadata: {name: api, namespace: shop}
            spec: {matches: [{name: books, pathRegex: /books, methods: [GET]}]}
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: clients, namespace: shop}
            spec:
              destination: {kind: ServiceAccount, name: v1, namespace: shop}
              rules: [{kind: HTTPRouteGroup, name: api, matches: [books]}]
              sources: [{kind: ServiceAccount, name: client, namespace: shop}]
            """;

    private static final String SPLIT = """
            # the canary
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata: {name: canary, namespace: shop}
            spec:
              service: web
              backends:
              - service: web-v1 # stable
                weight: 90
              - service: web-v2
                weight: 10
            """;

    @TempDir
    private Path dir;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(dir.resolve("mesh.yaml"), MESH);
        Files.writeString(dir.resolve("split.yaml"), SPLIT);
    }

    private CommandLineRun explain(String... more) {
        String[] args = new String[more.length + 6];
        System.arraycopy(
                new String[] {"explain", dir.toString(), "--from", "shop/client", "--to", "shop/web"}, 0, args, 0, 6);
        System.arraycopy(more, 0, args, 6, more.length);
        return CommandLineRun.of(args);
    }

    private static Map<String, Object> backend(
            String service, double share, String account, Integer status, Object by) {
        Map<String, Object> backend = new LinkedHashMap<>();
        backend.put("service", service);
        backend.put("share", share);
        backend.put("serviceAccount", account);
        backend.put("allowed", status == 200);
        backend.put("status", status);
        backend.put("by", by);
        return backend;
    }

    @Test
    void explain_json_has_these_keys_and_no_others() {
        CommandLineRun run = explain("--path", "/books/1?x=y", "-o", "json");

        List<Map<String, String>> by =
                List.of(Map.of("trafficTarget", "shop/clients", "rule", "HTTPRouteGroup shop/api#books"));
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("allowed", false);
        expected.put("status", null);
        expected.put("by", by);
        expected.put(
                "backends",
                List.of(
                        backend("shop/web-v1", 0.9, "shop/v1", 200, by),
                        backend("shop/web-v2", 0.1, "shop/v2", 403, List.of())));
        expected.put("mode", "deny");
        expected.put("reason", "shop/web-v2: no TrafficTarget has the destination shop/v2");
        Map<String, Object> actual = Trees.object(run.out());
        assertThat(run.exit()).isZero();
        assertThat(actual.remove("diagnostics")).isInstanceOf(List.class);
        assertThat(actual).isEqualTo(expected);
        assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
    }

    @Test
    void explain_for_people_names_the_nearest_miss() {
        CommandLineRun run = explain("--method", "POST", "--path", "/books");

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .startsWith("denied  403  shop/client -> shop/web:80  POST /books\n")
                .contains("route   TrafficSplit shop/canary")
                .contains("the method POST is not one of GET")
                .contains("90.0 %");
    }

    @Test
    void explain_in_permissive_mode_allows() {
        Map<String, Object> tree =
                Trees.object(explain("--mode", "permissive", "-o", "json").out());

        assertThat(tree)
                .containsEntry("allowed", true)
                .containsEntry("status", 200)
                .containsEntry("mode", "permissive");
    }

    @Test
    void explain_reads_paths_in_full_where_told_so() {
        String[] question = {"--path", "/books/1", "-o", "json"};
        Map<String, Object> prefix = Trees.object(explain(question).out());
        Map<String, Object> full = Trees.object(CommandLineRun.of(
                        "explain",
                        dir.toString(),
                        "--from",
                        "shop/client",
                        "--to",
                        "shop/web-v1",
                        "--path",
                        "/books/1",
                        "--path-match",
                        "full",
                        "-o",
                        "json")
                .out());

        assertThat(prefix.get("by")).isNotEqualTo(List.of());
        assertThat(full).containsEntry("allowed", false).containsEntry("status", 403);
    }

    @Test
    void explain_says_what_is_unknown_and_what_is_known() {
        CommandLineRun service =
                CommandLineRun.of("explain", dir.toString(), "--from", "shop/client", "--to", "shop/nope");
        CommandLineRun source =
                CommandLineRun.of("explain", dir.toString(), "--from", "shop/nobody", "--to", "shop/web");
        CommandLineRun syntax = CommandLineRun.of("explain", dir.toString(), "--from", "client", "--to", "shop/web");

        assertThat(service.exit()).isEqualTo(1);
        assertThat(service.err()).isEqualTo("""
                weir: there is no Service shop/nope
                  next: the Services are: shop/web, shop/web-v1, shop/web-v2
                """);
        assertThat(source.exit()).isEqualTo(1);
        assertThat(source.err()).contains("nothing runs as shop/nobody").contains("shop/client, shop/v1, shop/v2");
        assertThat(syntax.exit()).isEqualTo(2);
        assertThat(syntax.err()).contains("--from client is not NAMESPACE/ACCOUNT");
    }

    @Test
    void validate_names_code_object_place_and_fix_and_exits_by_severity() throws IOException {
        Files.writeString(dir.resolve("split.yaml"), SPLIT.replace("weight: 10", "weight: -1"));

        CommandLineRun run = CommandLineRun.of("validate", dir.toString());

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out())
                .containsPattern("Error \\[WEIR\\d{3}] \\(TrafficSplit shop/canary\\) .*split\\.yaml:11"
                        + " spec\\.backends\\[1]\\.weight: .+ Fix: .+\n");
        assertThat(run.err()).contains("1 error");
    }

    @Test
    void fail_on_decides_which_findings_count() throws IOException {
        Files.writeString(dir.resolve("split.yaml"), SPLIT.replace("web-v2", "web-v3"));

        assertThat(CommandLineRun.of("validate", dir.toString()).exit()).isZero();
        assertThat(CommandLineRun.of("validate", dir.toString(), "--fail-on", "warning")
                        .exit())
                .isEqualTo(3);
        assertThat(CommandLineRun.of("validate", dir.toString(), "--fail-on", "never")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void validate_json_is_one_object_with_counts() throws IOException {
        Files.writeString(dir.resolve("split.yaml"), SPLIT.replace("weight: 10", "weight: -1"));

        CommandLineRun run = CommandLineRun.of("validate", dir.toString(), "-o", "json");

        Map<String, Object> tree = Trees.object(run.out());
        assertThat(run.exit()).isEqualTo(3);
        assertThat(tree)
                .containsOnlyKeys("findings", "errors", "warnings", "infos")
                .containsEntry("errors", 1);
    }

    @Test
    void validate_reads_standard_input_and_says_when_all_is_well() {
        CommandLineRun run = CommandLineRun.with(MESH + "---\n" + SPLIT, Map.of(), "validate", "-");

        assertThat(run.exit()).isZero();
        assertThat(CommandLineRun.of("validate", dir.resolve("absent").toString())
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void files_do_not_say_whether_anybody_collects_traces() {
        String namespace =
                "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {weir.io/trace-sampling: '5'}}\n";
        CommandLineRun run = CommandLineRun.with(namespace, Map.of(), "validate", "-", "--fail-on", "info");
        assertThat(run.exit()).as(run.out()).isZero();
    }

    @Test
    void xds_prints_every_type_for_a_workload() {
        CommandLineRun run = CommandLineRun.of("xds", dir.toString(), "--proxy", "shop/v1", "-o", "json");

        assertThat(run.exit()).isZero();
        assertThat(Trees.object(run.out()))
                .containsOnlyKeys("proxy", "clusters", "endpoints", "listeners", "routes")
                .containsEntry("proxy", "shop/v1");
        CommandLineRun absent = CommandLineRun.of("xds", dir.toString(), "--proxy", "shop/none");
        assertThat(absent.exit()).isEqualTo(1);
        assertThat(absent.err()).contains("there is no workload shop/none").contains("shop/client, shop/v1, shop/v2");
    }

    @Test
    void xds_shows_no_logs_for_a_mesh_without_telemetry() {
        CommandLineRun on = CommandLineRun.of("xds", dir.toString(), "--proxy", "shop/v1");
        assertThat(on.out()).contains("access_log");
        assertThat(CommandLineRun.of("xds", dir.toString(), "--proxy", "shop/v1", "--telemetry", "on"))
                .isEqualTo(on);
        CommandLineRun off = CommandLineRun.of("xds", dir.toString(), "--proxy", "shop/v1", "--telemetry", "off");
        assertThat(off.exit()).as(off.err()).isZero();
        assertThat(off.out()).contains("inbound/").doesNotContain("access_log");
    }

    @Test
    void split_set_changes_two_numbers_and_keeps_the_rest() throws IOException {
        Path file = dir.resolve("split.yaml");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        CommandLineRun run =
                CommandLineRun.of("split", "set", "canary", "web-v1=50", "web-v2=50", "-f", dir.toString());

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualTo("TrafficSplit shop/canary: web-v1 90 -> 50, web-v2 10 -> 50 (" + file + ")\n");
        assertThat(Files.readString(file))
                .isEqualTo(SPLIT.replace("weight: 90", "weight: 50").replace("weight: 10", "weight: 50"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        try (var files = Files.list(dir)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void split_set_takes_a_namespace_before_the_name_too() {
        assertThat(CommandLineRun.of("split", "set", "shop/canary", "web-v1=50", "-f", dir.toString())
                        .out())
                .startsWith("TrafficSplit shop/canary: web-v1 90 -> 50 ");
        assertThat(CommandLineRun.of("split", "set", "other/canary", "web-v1=50", "-f", dir.toString())
                        .err())
                .contains("no TrafficSplit other/canary in " + dir);
        assertThat(CommandLineRun.of("split", "set", "shop/canary", "web-v1=50", "-n", "other", "-f", dir.toString())
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void split_set_that_can_not_be_done_changes_nothing() throws IOException {
        CommandLineRun backend = CommandLineRun.of("split", "set", "canary", "web-v9=50", "-f", dir.toString());
        CommandLineRun absent = CommandLineRun.of("split", "set", "nope", "web-v1=50", "-f", dir.toString());
        CommandLineRun weight = CommandLineRun.of("split", "set", "canary", "web-v1=half", "-f", dir.toString());

        assertThat(backend.exit()).isEqualTo(1);
        assertThat(backend.err())
                .contains("web-v9 is no backend of TrafficSplit shop/canary")
                .contains("its backends are: web-v1, web-v2");
        assertThat(absent.exit()).isEqualTo(1);
        assertThat(absent.err()).contains("no TrafficSplit nope in " + dir);
        assertThat(weight.exit()).isEqualTo(2);
        assertThat(Files.readString(dir.resolve("split.yaml"))).isEqualTo(SPLIT);
    }

    @Test
    void standard_input_is_checked_together_with_files() {
        String target = """
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {name: t, namespace: shop}
                spec:
                  destination: {kind: ServiceAccount, name: web}
                  sources: [{kind: ServiceAccount, name: web}]
                  rules: [{kind: HTTPRouteGroup, name: only-here}]
                """;
        CommandLineRun run = CommandLineRun.with(target, Map.of(), "validate", "-", dir.toString());

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("<stdin>:7 spec.rules[0].name: There is no valid HTTPRouteGroup shop/only-here");
    }

    @Test
    void who_names_the_wrong_folder_is_not_told_that_all_is_well() throws IOException {
        Path empty = Files.createDirectory(dir.resolve("empty"));

        assertThat(CommandLineRun.of("validate", empty.toString()).err())
                .isEqualTo("! no object in " + empty + "; manifests end in .yaml, .yml or .json\n");
    }
}
