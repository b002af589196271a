package io.weir.injector.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.injector.golden.GoldenCase;
import io.weir.injector.inject.InjectionDecision.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@Tag("envoy")
class BootstrapsPassEnvoyTest {

    @TestFactory
    Stream<DynamicTest> every_case_is_accepted_by_the_oldest_and_the_newest_envoy(@TempDir Path folder)
            throws Exception {
        return GoldenCase.all().stream()
                .filter(one -> !one.shown().isEmpty() && one.injection().decision() instanceof Inject)
                .flatMap(one -> Envoys.VERSIONS.stream()
                        .map(version -> dynamicTest(one.path() + " on " + version, () -> {
                            List<String> command = new ArrayList<>(
                                    new ProxyArguments(one.injection().after(), "127.0.0.1", folder.resolve(one.path()))
                                            .of(Envoys.binary(version), true));
                            command.addAll(List.of("--mode", "validate"));
                            Process envoy = new ProcessBuilder(command)
                                    .redirectErrorStream(true)
                                    .start();
                            String output = ProxyArguments.readable(
                                    envoy.getInputStream().readAllBytes());
                            assertThat(envoy.waitFor()).as(output).isZero();
                            assertThat(output).doesNotContainIgnoringCase("deprecated");
                        })));
    }
}
