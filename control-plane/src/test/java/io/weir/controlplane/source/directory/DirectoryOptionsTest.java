package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryOptionsTest {

    @ParameterizedTest
    @ValueSource(strings = {"net/ipv4/ip_unprivileged_port_start", "kernel/pid_max"})
    void a_kernel_setting_is_read_with_all_its_digits(String name) throws Exception {
        Path setting = Path.of("/proc/sys", name);
        Process cat = new ProcessBuilder("cat", setting.toString()).start();
        String shown = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();

        assertThat(DirectoryOptions.kernelSetting(setting)).isEqualTo(Integer.parseInt(shown));
    }
}
