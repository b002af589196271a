package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cli.demo.Bookstore.Weights;
import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the copy of the examples to the exit code, on a mesh that is simulated. */
class DemoTest {

    private static final Pace QUICK =
            new Pace(Duration.ofSeconds(10), Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(10));
    private static final Pace IMPATIENT =
            new Pace(Duration.ofMillis(100), Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(1));
    private static final String ALL_READY =
            Bookstore.WORKLOADS.stream().map(key -> '"' + key + '"').collect(Collectors.joining(", ", "[", "]"));

    @TempDir
    Path temp;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path state = Path.of("");

    @BeforeEach
    void makeState() throws IOException {
        state = Files.createDirectory(temp.resolve("state"));
    }

    @Test
    void a_mesh_that_does_what_the_manifests_say_is_a_success() throws Exception {
        SimulatedMesh mesh = new SimulatedMesh(state, ALL_READY, UnaryOperator.identity());

        assertThat(demo(QUICK).run(mesh)).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.startsWith("OK"))
                .hasSize(5);
        assertThat(new SplitManifest(temp.resolve("demo/bookstore").resolve(Bookstore.SPLIT_FILE)).get())
                .isEqualTo(Bookstore.STEPS.getLast());
        assertThat(mesh.closed()).isEqualTo(1);
    }

    @Test
    void a_mesh_that_splits_otherwise_is_a_failure_that_says_how() throws Exception {
        SimulatedMesh mesh = new SimulatedMesh(state, ALL_READY, _ -> new Weights(90, 10));

        assertThat(demo(QUICK).run(mesh)).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("demo failed: bookstore-v1 got 90.0% of ")
                .doesNotContain("not 90%");
        assertThat(mesh.closed()).isEqualTo(1);
    }

    @Test
    void replicas_that_never_become_ready_are_named() throws Exception {
        SimulatedMesh mesh =
                new SimulatedMesh(state, ALL_READY.replace("shop/inventory", "other"), UnaryOperator.identity());

        assertThat(demo(IMPATIENT).run(mesh)).isEqualTo(1);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("demo failed: not ready after 0 s: shop/inventory;");
        assertThat(mesh.closed()).isEqualTo(1);
    }

    @Test
    void a_mesh_that_can_not_be_started_is_no_verdict() {
        assertThatThrownBy(() -> demo(QUICK).run((_, _) -> {
                    throw new IOException("another weir run uses this folder");
                }))
                .hasMessage("another weir run uses this folder");
    }

    private Demo demo(Pace pace) {
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Style.PLAIN,
                Map.of());
        return new Demo(
                new Demo.Settings(Path.of("../examples"), temp.resolve("demo"), Demo.Ending.EXIT), pace, console);
    }
}
