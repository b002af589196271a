package io.weir.controlplane.xds.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.controlplane.xds.translate.Envoys;
import io.weir.controlplane.xds.translate.StaticBootstrap;
import io.weir.controlplane.xds.translate.TestPki;
import io.weir.controlplane.xds.translate.Translated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Translation says what the files say; {@code -Dgolden.update=true} makes the files say what translation does. */
class GoldenTest {

    private static final String UPDATE = "golden.update";

    private static final TestPki PKI = new TestPki();

    private static List<GoldenCase> cases = List.of();

    @BeforeAll
    static void readAndUpdate() throws IOException {
        cases = GoldenCase.all();
        if (!Boolean.getBoolean(UPDATE)) {
            return;
        }
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException("goldens are written by people who read them, not by CI");
        }
        TreeMap<String, String> files = new TreeMap<>();
        cases.forEach(one -> files.putAll(Goldens.expected(one)));
        Goldens.write(files);
        Goldens.removeOrphans(files.navigableKeySet());
    }

    @TestFactory
    Stream<DynamicTest> every_case_is_translated_as_its_files_say() {
        return cases.stream()
                .map(one -> dynamicTest(one.path(), () -> {
                    for (Map.Entry<String, String> file : Goldens.expected(one).entrySet()) {
                        Path path = GoldenCase.FOLDER.resolve(file.getKey());
                        assertThat(Files.isRegularFile(path) ? Files.readString(path) : "")
                                .as("%s; if the change is meant, run this test with -D%s=true", file.getKey(), UPDATE)
                                .isEqualTo(file.getValue());
                    }
                }));
    }

    @Tag("envoy")
    @TestFactory
    Stream<DynamicTest> every_case_is_accepted_by_the_oldest_and_the_newest_envoy(@TempDir Path folder) {
        return accepted(Envoys.VERSIONS, folder);
    }

    @Tag("long")
    @TestFactory
    Stream<DynamicTest> every_case_is_accepted_by_the_envoys_in_between(@TempDir Path folder) {
        return accepted(List.of("1.37.0", "1.38.3", "1.39.3"), folder);
    }

    private static Stream<DynamicTest> accepted(List<String> versions, Path folder) {
        return cases.stream()
                .flatMap(one -> versions.stream()
                        .map(version -> dynamicTest(one.path() + " on " + version, () -> {
                            Translated translated = one.translated(Envoys.telemetry(version));
                            String uri = "spiffe://cluster.local/ns/shop/sa/any";
                            assertThat(Envoys.complaint(
                                            version,
                                            StaticBootstrap.of(translated, PKI.identity(uri), PKI.trust()),
                                            folder))
                                    .isEmpty();
                        })));
    }

    @Test
    void no_file_is_left_over() throws IOException {
        TreeMap<String, String> files = new TreeMap<>();
        cases.forEach(one -> files.putAll(Goldens.expected(one)));
        assertThat(Goldens.present()).isEqualTo(files.navigableKeySet());
    }

    @Test
    void there_are_cases_for_every_area() {
        List<String> areas = cases.stream()
                .map(one -> one.path().substring(0, one.path().indexOf('/')))
                .distinct()
                .sorted()
                .toList();
        assertThat(areas)
                .containsExactly(
                        "access",
                        "broken",
                        "endpoints",
                        "identity",
                        "pods",
                        "routes",
                        "split",
                        "tcp",
                        "telemetry",
                        "udp");
    }
}
