package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SysctlTest {

    @ParameterizedTest
    @ValueSource(strings = {"net/ipv4/ip_unprivileged_port_start", "net/ipv4/ip_local_port_range", "kernel/pid_max"})
    void a_setting_is_read_whole(String name) throws Exception {
        Process cat = new ProcessBuilder("cat", "/proc/sys/" + name).start();
        String shown = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(Sysctl.read(name)).isEqualTo(shown.strip());
    }
}
