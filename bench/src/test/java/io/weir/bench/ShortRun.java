package io.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.client.Protocol;
import io.weir.bench.mesh.Mesh;
import io.weir.bench.server.JavaControlPlane;
import io.weir.bench.server.Weir;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** All phases of the benchmark, each as short as can be. */
final class ShortRun {

    static final Progress SILENT =
            new Progress(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));

    private ShortRun() {}

    static void measuresEverything(Mesh mesh, Path home) throws Exception {
        Settings settings =
                new Settings(Protocol.DELTA, 1, Duration.ofMillis(100), 2, 2, 0, Duration.ofSeconds(1), 10, 1, 2, 3);

        List<Readings> readings = new Rounds(List.of(Weir.fromClassPath(), new JavaControlPlane()), home, SILENT)
                .run(mesh, new Changes(), settings, 1);

        assertThat(readings.getFirst().quantities())
                .contains(
                        Quantity.READY,
                        Quantity.ALONE,
                        Quantity.CONNECT_LAST,
                        Quantity.CONNECT_REFUSED,
                        Quantity.WEIGHT_CPU,
                        Quantity.WEIGHT_P99,
                        Quantity.WEIGHT_WIRE,
                        Quantity.CHURN_P99,
                        Quantity.AGAIN_BYTES,
                        Quantity.RSS,
                        Quantity.STUCK_RSS);
        assertThat(readings.getLast().quantities())
                .isEqualTo(readings.getFirst().quantities());
        for (Readings one : readings) {
            assertThat(one.median(Quantity.WEIGHT_P99)).isPositive();
            assertThat(one.median(Quantity.CHURN_P99)).isPositive();
            assertThat(one.median(Quantity.WEIGHT_WIRE)).isPositive();
            assertThat(one.median(Quantity.CONNECT_REFUSED)).isZero();
            assertThat(one.median(Quantity.LOST)).isZero();
        }
        assertThat(readings.getFirst().median(Quantity.AGAIN_BYTES))
                .as("clients that come back to Weir are not told again what they know")
                .isLessThan(readings.getFirst().median(Quantity.CONNECT_BYTES) / 10);
    }
}
