package io.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.weir.bench.client.Protocol;
import io.weir.bench.mesh.ClusterMesh;
import io.weir.bench.server.Weir;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import io.weir.testing.pods.PodNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same through a real API server. */
@KubeTest
@Tag("long")
class ShortClusterBenchTest {

    @TempDir
    private Path home;

    @Test
    void all_that_is_to_be_measured_is_measured_for_both(KubeApiServer kube) throws Exception {
        ShortRun.measuresEverything(ClusterMesh.create(kube, ShortBenchTest.SMALL), home);
    }

    /** In a server of its own, since the other mesh has objects of the same names. */
    @Test
    @Tag("envoy")
    void real_envoys_of_pods_end_with_the_last_weight_too() throws Exception {
        assumeThat(PodNetwork.isPossible()).as("this user may make networks").isTrue();
        Settings settings = new Settings(Protocol.DELTA, 1, Duration.ofMillis(100), 0, 3, 2, Duration.ZERO, 1, 0, 0, 0);

        try (KubeApiServer kube = KubeApiServer.launch()) {
            Readings readings = new Rounds(List.of(Weir.fromClassPath()), home, ShortRun.SILENT)
                    .run(ClusterMesh.create(kube, ShortBenchTest.SMALL), new Changes(), settings, 1)
                    .getFirst();

            assertThat(readings.median(Quantity.ENVOYS_WRONG)).isZero();
        }
    }
}
