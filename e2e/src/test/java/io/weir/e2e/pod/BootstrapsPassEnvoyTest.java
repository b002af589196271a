package io.weir.e2e.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.e2e.Envoys;
import io.weir.injector.bootstrap.Credential;
import io.weir.injector.inject.Injection;
import io.weir.injector.inject.InjectionDecision.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every pod of the injector's golden cases. */
class BootstrapsPassEnvoyTest {

    private static final Path CASES = Path.of("../sidecar-injector/src/test/resources/golden");

    @TestFactory
    List<DynamicTest> every_bootstrap_is_accepted(@TempDir Path folder) throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CASES)) {
            for (Path file : files.filter(
                            it -> it.endsWith("pod.yaml") && !it.getParent().endsWith("out"))
                    .sorted()
                    .toList()) {
                for (Credential credential : Credential.values()) {
                    Injection injection = InjectedPod.injection(Files.readString(file), credential);
                    if (injection.decision() instanceof Inject) {
                        String name = CASES.relativize(file.getParent()) + "/" + credential;
                        tests.add(dynamicTest(name, () -> accepted(injection, folder.resolve(name))));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(40);
        return tests;
    }

    private static void accepted(Injection injection, Path folder) throws Exception {
        List<String> command = new ArrayList<>(new ProxyArguments(injection.after(), "127.0.0.1", folder)
                .of(Envoys.underTest().path(), true));
        command.addAll(List.of("--mode", "validate"));
        Process envoy = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = ProxyArguments.readable(envoy.getInputStream().readAllBytes());
        assertThat(envoy.waitFor()).as(output).isZero();
        assertThat(output).doesNotContainIgnoringCase("deprecated");
    }
}
