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
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.source.SettableSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be told of a world, and when. */
class GivenWorldTest {

    @TempDir
    Path folder;

    private static ClusterState running(String... names) {
        InCluster cluster = new InCluster(_ -> List.of("10.1.0.1"), _ -> List.of("10.96.0.1"), KeySource.CONTROL_PLANE);
        return cluster.of(state(Stream.of(names)
                .map(name -> workload(name, name, "{name: http, port: 80}"))
                .toArray(String[]::new)));
    }

    @Test
    void a_new_world_is_served_while_it_is_pushed_and_counts_as_given_after_that() throws IOException {
        InstantSource clock = InstantSource.system();
        try (CertificateAuthority authority = CertificateAuthority.open(
                StateFolder.open(folder), new TrustDomain("cluster.local"), CertificateSettings.defaults(), clock)) {
            SettableSource source = new SettableSource(running("store"));
            try (Pipeline pipeline = new Pipeline(
                    source, MeshSettings.defaults(), authority, new WorkloadCertificates(authority, clock))) {
                List<List<Integer>> whilePushed = new CopyOnWriteArrayList<>();
                pipeline.pushBy(_ -> {
                    whilePushed.add(List.of(pods(pipeline.world()), pods(pipeline.given())));
                    return 0;
                });
                pipeline.follow();
                assertThat(pods(pipeline.given())).isEqualTo(1);

                source.set(running("store", "other"));
                await().until(() -> pods(pipeline.given()) == 2);

                assertThat(whilePushed).containsExactly(List.of(2, 1));
            }
        }
    }

    private static int pods(World world) {
        return world.state().replicas().size();
    }
}
