package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.cli.demo.Bookstore.Weights;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.directory.ManifestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example itself, and how the demo edits it. */
class BookstoreTest {

    private static final Path EXAMPLE = Path.of("../examples/bookstore");

    @TempDir
    Path temp;

    @Test
    void the_example_is_without_a_fault() throws IOException {
        ClusterState state = ManifestFiles.read(List.of(EXAMPLE), new TreeMap<>());
        Built built = MeshModelBuilder.build(state, MeshSettings.defaults());

        assertThat(state.diagnostics()).isEmpty();
        assertThat(built.diagnostics()).isEmpty();
    }

    @Test
    void the_demo_knows_the_example_as_it_is() throws IOException {
        ClusterState state = ManifestFiles.read(List.of(EXAMPLE), new TreeMap<>());

        assertThat(state.replicas().keySet().stream().map(Object::toString).collect(Collectors.toSet()))
                .isEqualTo(Bookstore.WORKLOADS);
        assertThat(new SplitManifest(EXAMPLE.resolve(Bookstore.SPLIT_FILE)).get())
                .isEqualTo(Bookstore.STEPS.getFirst());
    }

    @Test
    void an_edit_of_the_split_changes_its_weights_and_nothing_else() throws IOException {
        Path file = Files.copy(EXAMPLE.resolve(Bookstore.SPLIT_FILE), temp.resolve("split.yaml"));
        String before = Files.readString(file);
        SplitManifest split = new SplitManifest(file);

        split.set(new Weights(90, 10));

        assertThat(split.get()).isEqualTo(new Weights(90, 10));
        assertThat(Files.readString(file))
                .isEqualTo(before.replace("weight: 100", "weight: 90").replace("weight: 0", "weight: 10"));
    }

    @Test
    void a_file_without_the_split_is_an_error_and_no_weights() throws IOException {
        Path file = Files.writeString(temp.resolve("split.yaml"), "kind: Namespace\n");
        SplitManifest split = new SplitManifest(file);

        assertThat(split.get()).isNull();
        assertThatThrownBy(() -> split.set(new Weights(1, 1))).hasMessageContaining("no TrafficSplit shop/bookstore");
    }
}
