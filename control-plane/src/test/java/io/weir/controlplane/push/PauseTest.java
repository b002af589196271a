package io.weir.controlplane.push;

import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.SettableSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that follow one that concerned many proxies are taken together. */
class PauseTest {

    private static final int MANY = 500;
    private static final int CHANGES = 200;

    @TempDir
    Path folder;

    @Test
    void it_follows_the_number_of_proxies_up_to_a_bound() {
        assertThat(Pause.after(0)).isZero();
        assertThat(Pause.after(100)).isEqualTo(Duration.ofMillis(20));
        assertThat(Pause.after(1_000)).isEqualTo(Duration.ofMillis(200));
        assertThat(Pause.after(30_000)).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void the_next_world_is_built_no_sooner_and_the_last_state_is_never_missed() throws IOException {
        InstantSource clock = InstantSource.system();
        try (CertificateAuthority authority = CertificateAuthority.open(
                StateFolder.open(folder), new TrustDomain("cluster.local"), CertificateSettings.defaults(), clock)) {
            SettableSource source = new SettableSource(named("first"));
            try (Pipeline pipeline = new Pipeline(
                    source, MeshSettings.defaults(), authority, new WorkloadCertificates(authority, clock))) {
                List<Long> pushed = new CopyOnWriteArrayList<>();
                pipeline.pushBy(_ -> {
                    pushed.add(System.nanoTime());
                    return MANY;
                });
                pipeline.follow();
                ClusterState last = named("last");
                for (int i = 0; i < CHANGES; i++) {
                    source.set(named("w" + i));
                }
                source.set(last);
                await().untilAsserted(() -> assertThat(pipeline.given().state()).isSameAs(last));

                long between = pushed.getLast() - pushed.getFirst();
                assertThat(pushed.size())
                        .as("pushes in %s ms", Duration.ofNanos(between).toMillis())
                        .isLessThanOrEqualTo(
                                2 + (int) (between / Pause.after(MANY).toNanos()));
            }
        }
    }

    private static ClusterState named(String name) {
        return state(workload(name, name, "{name: http, port: 80}"));
    }
}
