package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.source.directory.FileManifests.Coverage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManifestReaderTest {

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec:
              selector: {app: web}
              ports:
              - name: http
                port: 80
                targetPort: 8080
            """;
    private static final String SPLIT = """
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata:
              name: web
              namespace: shop
            spec:
              service: web
              backends:
              - service: v1
                weight: 90
              - service: v2
                weight: 10
            """;

    private static FileManifests read(String text) {
        return ManifestReader.read("a.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Diagnostic only(FileManifests read) {
        assertThat(read.diagnostics()).hasSize(1);
        return read.diagnostics().getFirst();
    }

    @Test
    void several_documents_and_a_list_are_read() {
        FileManifests read = read(SERVICE + "---\n---\n" + SPLIT
                + "---\n{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n"
                + "  {\"apiVersion\": \"v1\", \"kind\": \"ServiceAccount\", \"metadata\": {\"name\": \"buyer\"}}]}\n");
        assertThat(read.diagnostics()).isEmpty();
        assertThat(read.objects())
                .extracting(object -> object.ref().toString())
                .containsExactly("Service shop/web", "TrafficSplit shop/web", "ServiceAccount default/buyer");
        assertThat(read.objects()).allMatch(object -> object.manifest() != null);
    }

    @Test
    void json_indented_by_tabs_is_read() {
        String json =
                "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\":\t\"Namespace\",\n\t\"metadata\": {\"name\": \"shop\"}\n}\n";
        FileManifests read = ManifestReader.read("a.json", json.getBytes(StandardCharsets.UTF_8));
        assertThat(read.diagnostics()).isEmpty();
        assertThat(read.objects()).hasSize(1);
    }

    @Test
    void a_byte_order_mark_and_windows_line_ends_change_nothing() {
        FileManifests plain = read(SERVICE);
        FileManifests windows = read("\uFEFF" + SERVICE.replace("\n", "\r\n"));
        assertThat(windows).isEqualTo(plain);
    }

    @Test
    void a_field_is_reported_with_its_line() {
        Diagnostic found = only(read(SERVICE.replace("port: 80\n", "port: 80000\n")));
        assertThat(found.field()).isEqualTo("spec.ports[0].port");
        assertThat(found.location()).hasToString("a.yaml:8");
        assertThat(found.fix()).isNotEmpty();
    }

    @Test
    void a_field_inside_a_list_object_is_reported_with_its_line() {
        String item = SPLIT.replace("weight: 10", "weight: -1").indent(2).replaceFirst("  ", "- ");
        Diagnostic found = only(read("apiVersion: v1\nkind: List\nitems:\n" + item));
        assertThat(found.field()).isEqualTo("spec.backends[1].weight");
        assertThat(found.location()).hasToString("a.yaml:15");
    }

    @Test
    void a_key_written_twice_makes_the_object_invalid_and_names_the_line() {
        FileManifests read = read(SPLIT + "  service: other\n");
        assertThat(only(read).code()).isEqualTo("WEIR004");
        assertThat(only(read).location()).hasToString("a.yaml:13");
        assertThat(read.objects()).singleElement().matches(object -> object.manifest() == null);
    }

    @Test
    void other_kubernetes_kinds_are_passed_over() {
        FileManifests read = read("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n---\n" + SERVICE);
        assertThat(only(read).severity()).isEqualTo(Severity.INFO);
        assertThat(read.coverage()).isEqualTo(Coverage.COMPLETE);
        assertThat(read.objects()).hasSize(1);
    }

    @Test
    void an_unknown_version_names_the_known_ones() {
        Diagnostic found = only(read(SPLIT.replace("v1alpha4", "v1")));
        assertThat(found.severity()).isEqualTo(Severity.ERROR);
        assertThat(found.fix()).contains("split.smi-spec.io/v1alpha1").contains("split.smi-spec.io/v1alpha4");
        assertThat(found.location()).hasToString("a.yaml:1");
    }

    @Test
    void a_misspelt_kind_is_not_passed_over() {
        FileManifests read = read(SPLIT.replace("TrafficSplit", "TraficSplit"));
        assertThat(only(read).fix()).contains("TrafficSplit");
        assertThat(read.coverage()).isEqualTo(Coverage.PARTIAL);
        assertThat(only(read(SERVICE.replace("Service", "Servce"))).fix()).contains("Service");
    }

    @Test
    void an_unknown_field_of_a_workload_suggests_the_right_one() {
        Diagnostic found = only(
                read("apiVersion: weir.io/v1alpha1\nkind: Workload\nmetadata: {name: w}\nspec:\n  serviceAcount: x\n"));
        assertThat(found.field()).isEqualTo("spec.serviceAcount");
        assertThat(found.fix()).contains("serviceAccount");
        assertThat(found.location()).hasToString("a.yaml:5");
    }

    @Test
    void a_syntax_error_says_its_line_and_makes_nothing_of_the_file_count() {
        FileManifests read = read(SERVICE + "---\nkind: [\n");
        assertThat(only(read).code()).isEqualTo("WEIR002");
        assertThat(read.objects()).isEmpty();
        assertThat(read.coverage()).isEqualTo(Coverage.PARTIAL);
    }

    @Test
    void text_that_is_not_utf8_is_refused() {
        FileManifests read = ManifestReader.read("a.yaml", new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe});
        assertThat(only(read).message()).contains("UTF-8");
    }

    @Test
    void a_billion_laughs_cost_little() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n"
                    .formatted(i, i, IntStream.range(0, 10).mapToObj(_ -> alias).collect(Collectors.joining(", "))));
        }
        assertThat(only(read(bomb.toString())).code()).isEqualTo("WEIR003");
    }

    @Test
    void deep_nesting_costs_little() {
        assertThat(only(read("a: " + "[".repeat(100_000))).code()).isEqualTo("WEIR003");
        assertThat(only(read("a: " + "{a: ".repeat(100_000))).code()).isEqualTo("WEIR003");
        assertThat(only(read("- ".repeat(100_000))).code()).isIn("WEIR003", "WEIR002");
    }

    @Test
    void too_large_a_file_is_not_parsed() {
        assertThat(only(ManifestReader.read("a.yaml", new byte[YamlComposer.MAX_BYTES + 1]))
                        .code())
                .isEqualTo("WEIR003");
    }

    @Test
    void names_that_would_reach_into_spiffe_ids_are_refused() {
        for (String name : List.of("../x", "a/b", "A", "a b", "", "-a", "a".repeat(64))) {
            assertThat(read(SERVICE.replace("name: web,", "name: \"" + name + "\","))
                            .diagnostics())
                    .as(name)
                    .anyMatch(found -> found.severity() == Severity.ERROR);
        }
    }

    @Test
    void mutated_manifests_never_throw() {
        String seed = SERVICE + "---\n" + SPLIT
                + "---\napiVersion: weir.io/v1alpha1\nkind: Workload\nmetadata: {name: w, labels: &l {app: web}}\n"
                + "spec:\n  ports: [{name: http, port: 80}]\n  command: [\"a\", 'b', !!str 3]\n  env: {A: 0x1f, B: .inf}\n";
        String alphabet = "\t\n\r :-?*&!|>'\"%@`{}[],#~<=0129.eE\\\u0000\u0085\u2028\uD83D\uDE00axy\uFEFF";
        for (int round = 0; round < 6_000; round++) {
            SplittableRandom random = new SplittableRandom(round);
            StringBuilder text = new StringBuilder(seed);
            for (int edits = random.nextInt(1, 8); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    case 2 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    default -> {
                        int end = Math.min(text.length(), at + random.nextInt(1, 60));
                        text.insert(random.nextInt(text.length()), text.substring(at, end));
                    }
                }
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(10) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            FileManifests read = ManifestReader.read("a.yaml", bytes);
            assertThat(read.diagnostics()).as("round %d", round).allSatisfy(found -> {
                assertThat(found.location()).isNotNull();
                assertThat(found.fix()).isNotEmpty();
            });
        }
    }
}
