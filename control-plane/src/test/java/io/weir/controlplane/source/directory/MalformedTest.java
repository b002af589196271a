package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Diagnostic.Severity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.reference.Yaml;
import io.weir.controlplane.source.ClusterState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Fifty ways to be wrong: each is reported with file, line, field and fix, and nothing else changes. */
class MalformedTest {

    private static final String GOOD = String.join(
            "---\n",
            Yaml.service("web", "{name: http, port: 80}"),
            Yaml.workload("web", "a", "{name: http, port: 80}"),
            Yaml.tcpRoute("all"),
            Yaml.target("t", "a", List.of("b"), "TCPRoute/all"),
            Yaml.split("s", "web", "web=1"));

    private static final Path FOLDER = Path.of("src/test/resources/malformed");

    /** @param field what a diagnostic must name, with the line it must give: the first line of the file says both */
    private record Bad(String text, int line, String field) {
        private static final Pattern FIRST_LINE = Pattern.compile("# line (\\d+) ?(.*)");

        static Bad read(Path file) throws IOException {
            String text = Files.readString(file);
            Matcher expected = FIRST_LINE.matcher(text.lines().findFirst().orElse(""));
            assertThat(expected.matches()).as("%s says what to expect", file).isTrue();
            return new Bad(text, Integer.parseInt(expected.group(1)), expected.group(2));
        }
    }

    private static SortedMap<String, Bad> bad() throws IOException {
        TreeMap<String, Bad> all = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER)) {
            for (Path file : files) {
                all.put(file.getFileName().toString(), Bad.read(file));
            }
        }
        return all;
    }

    @Test
    void each_is_reported_with_file_line_field_and_fix_and_nothing_else_changes() throws IOException {
        SortedMap<String, Bad> all = bad();
        assertThat(all).hasSizeGreaterThanOrEqualTo(50);
        TreeMap<String, String> files = new TreeMap<>(Map.of("good.yaml", GOOD));
        ClusterState good = ManifestFiles.parse(files);
        assertThat(good.diagnostics()).isEmpty();
        all.forEach((file, bad) -> files.put(file, bad.text()));
        ClusterState state = ManifestFiles.parse(files);
        SoftAssertions soft = new SoftAssertions();
        all.forEach((file, bad) -> soft.assertThat(errors(state, file))
                .as("%s: %s", file, bad.text())
                .anySatisfy(each -> {
                    assertThat(each.field()).isEqualTo(bad.field());
                    assertThat(each.location().line()).isEqualTo(bad.line());
                    assertThat(each.message()).isNotBlank();
                    assertThat(each.fix()).isNotBlank();
                }));
        soft.assertAll();
        assertThat(state.smi()).containsAllEntriesOf(good.smi());
        assertThat(model(state)).isEqualTo(model(good));
    }

    private static List<Diagnostic> errors(ClusterState state, String file) {
        return state.diagnostics().stream()
                .filter(each ->
                        each.location() != null && each.location().file().equals(file))
                .filter(each -> each.severity() == Severity.ERROR)
                .toList();
    }

    private static MeshModel model(ClusterState state) {
        return MeshModelBuilder.build(state, MeshSettings.defaults()).model();
    }
}
