package io.weir.bench;

import io.weir.bench.mesh.ClusterMesh;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.nio.file.Path;
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
}
