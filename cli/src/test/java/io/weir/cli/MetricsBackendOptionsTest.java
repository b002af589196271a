package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class MetricsBackendOptionsTest {

    @Command
    private static final class Program {

        @Mixin
        private final MetricsBackendOptions metrics = new MetricsBackendOptions();
    }

    private static List<String> passedOn(List<String> arguments) {
        Program program = new Program();
        new CommandLine(program).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments.toArray(String[]::new));
        return program.metrics.arguments();
    }

    @Test
    void another_program_is_given_all_of_them_with_absolute_paths() {
        List<String> passedOn = passedOn(List.of(
                "--metrics-backend=prometheus",
                "--prometheus-url=http://127.0.0.1:9090",
                "--prometheus-token-file=token",
                "--prometheus-ca-file=/etc/ca.pem",
                "--prometheus-tenant=shop",
                "--prometheus-selector=job = \"a\\\\.b\",namespace=~\"c|d\"",
                "--prometheus-delay=2m"));

        assertThat(passedOn)
                .containsExactly(
                        "--metrics-backend",
                        "prometheus",
                        "--prometheus-url",
                        "http://127.0.0.1:9090",
                        "--prometheus-token-file",
                        Path.of("token").toAbsolutePath().toString(),
                        "--prometheus-ca-file",
                        "/etc/ca.pem",
                        "--prometheus-tenant",
                        "shop",
                        "--prometheus-selector",
                        "{job=\"a\\\\.b\",namespace=~\"c|d\"}",
                        "--prometheus-delay",
                        "120s");
        assertThat(passedOn(passedOn)).isEqualTo(passedOn);
        assertThat(passedOn(List.of())).isEmpty();
    }
}
