package io.weir.injector.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.zjsonpatch.JsonPatch;
import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision.Inject;
import io.weir.injector.inject.InjectionDecision.Reason;
import io.weir.injector.inject.InjectionDecision.Skip;
import io.weir.injector.inject.Uninjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Injection does what the files say; {@code -Dgolden.update=true} makes the files say what injection does. */
class GoldenTest {

    private static final String UPDATE = "golden.update";

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
        Goldens.write(all());
    }

    private static SortedMap<String, String> all() {
        SortedMap<String, String> files = new TreeMap<>();
        cases.forEach(one -> files.putAll(Goldens.expected(one)));
        return files;
    }

    @TestFactory
    Stream<DynamicTest> every_case_is_as_its_files_say() {
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

    @Test
    void no_file_is_left_over() throws IOException {
        assertThat(Goldens.present()).isEqualTo(all().keySet());
    }

    @TestFactory
    Stream<DynamicTest> a_pod_that_went_through_comes_out_unchanged() {
        return injected()
                .map(one -> dynamicTest(one.path(), () -> {
                    Injection first = one.injection();
                    Injection second = Injection.of(one.namespace(), first.after(), one.settings());
                    assertThat(second.decision()).isEqualTo(new Skip(Reason.ALREADY_INJECTED));
                    assertThat(second.patch()).isEmpty();
                    assertThat(second.after()).isEqualTo(first.after());
                }));
    }

    @TestFactory
    Stream<DynamicTest> uninjection_gives_the_authors_pod_back() {
        return injected()
                .map(one -> dynamicTest(
                        one.path(),
                        () -> assertThat(Uninjection.of(one.injection().after()))
                                .isEqualTo(one.pod())));
    }

    @TestFactory
    Stream<DynamicTest> the_patch_makes_of_the_pod_what_injection_made() {
        return cases.stream()
                .map(one -> dynamicTest(one.path(), () -> {
                    Injection injection = one.injection();
                    assertThat(JsonPatch.apply(injection.patch(), one.pod())).isEqualTo(injection.after());
                }));
    }

    @Test
    void every_reason_to_skip_has_a_case() {
        TreeSet<Reason> seen = new TreeSet<>(List.of(Reason.ALREADY_INJECTED));
        for (GoldenCase one : cases) {
            if (one.injection().decision() instanceof Skip(Reason reason)) {
                seen.add(reason);
            }
        }
        assertThat(seen).containsExactly(Reason.values());
    }

    private static Stream<GoldenCase> injected() {
        return cases.stream().filter(one -> one.injection().decision() instanceof Inject);
    }
}
