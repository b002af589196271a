package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line that is printed for a person starts an Envoy that the control plane knows. */
@Timeout(60)
@Tag("envoy")
class BootstrapsTest {

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(ints = {1, 120})
    void the_command_starts_the_proxy_whatever_the_length_of_its_folders_name(int length) throws Exception {
        String version = EnvoyInstall.DEFAULT_VERSION;
        EnvoyInstall.Binary envoy =
                new EnvoyInstall.Binary(EnvoyInstall.system(System.err::println).ensure(version), version);
        try (TestControlPlane controlPlane = new TestControlPlane(dir)) {
            DesiredReplica replica = TestControlPlane.replica("books", null);
            Bootstraps.Written written = Bootstraps.write(
                    replica,
                    DesiredReplicas.of(controlPlane.xds.address(), "cluster.local", List.of(replica), List.of()),
                    dir.resolve("roots.pem"),
                    _ -> new ProxyTokens.ProxyToken("abc", Instant.EPOCH),
                    envoy,
                    dir.resolve("p".repeat(length)));
            assertThat(written.expires()).isEqualTo(Instant.EPOCH);
            Process process = new ProcessBuilder(written.command())
                    .directory(written.folder().toFile())
                    .inheritIO()
                    .start();
            try {
                assertThat(controlPlane.xds.visits.poll(20, TimeUnit.SECONDS))
                        .isEqualTo(
                                new TestXds.Visit("Bearer abc", "shop/books", "shop/store", replica.sidecarAddress()));
                Path socket = length == 1
                        ? written.folder().resolve("admin.sock")
                        : Path.of("/proc/" + process.pid() + "/cwd/admin.sock");
                assertThat(EnvoyAdmin.get(socket, "/server_info")).contains("\"version\"", "/1.40.0/");
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
