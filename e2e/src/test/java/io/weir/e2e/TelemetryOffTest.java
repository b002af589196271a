package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.standalone.EnvoyInstall;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir run --telemetry off}: sidecars count nothing and push nothing, and whoever asks is told so. */
final class TelemetryOffTest {

    private static final String WEB = "http://web.shop:8080/";

    @TempDir
    private Path home;

    @Test
    void nothing_is_counted_or_pushed_and_the_api_says_why() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                WeirRun weir = WeirRun.start(home, apps.manifests(), "--telemetry", "off")) {
            for (int i = 0; i < 5; i++) {
                assertThat(weir.status("shop/client", WEB)).isEqualTo(200);
            }
            for (String workload : new String[] {"shop/client", "shop/v1", "shop/v2"}) {
                assertThat(weir.sidecar(workload).statisticsOf("weir_edge.")).isEmpty();
                assertThat(weir.sidecar(workload).sinks()).isEmpty();
            }
            assertThat(weir.status().path("proxies"))
                    .isNotEmpty()
                    .allMatch(proxy -> proxy.path("telemetry").asString().equals("unavailable"));

            assertThat(weir.ask("/apis/metrics.smi-spec.io/v1alpha2/namespaces/shop/deployments/v1"))
                    .contains("\"code\":503", "telemetry is off");
            assertThat(weir.ask("/metrics/edges")).contains("telemetry is off");
            WeirRun.Ran stat = weir.weir("stat");
            assertThat(stat.exit()).isEqualTo(1);
            assertThat(stat.err()).contains("telemetry is off", "--telemetry on");
        }
    }

    @Test
    void on_is_how_it_is_without_a_word() throws Exception {
        boolean counts = !Envoys.underTest().version().equals(EnvoyInstall.OLDEST_VERSION);
        try (TwoVersions apps = new TwoVersions();
                WeirRun weir = WeirRun.start(home, apps.manifests())) {
            assertThat(weir.status("shop/client", WEB)).isEqualTo(200);
            weir.awaiting(
                    "counted, where it can be",
                    () -> counts
                            != weir.sidecar("shop/client")
                                    .statisticsOf("weir_edge.")
                                    .isEmpty());
            assertThat(weir.sidecar("shop/client").sinks()).hasSize(1);
        }
    }
}
