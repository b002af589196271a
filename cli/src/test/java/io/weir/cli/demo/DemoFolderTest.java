package io.weir.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {

    private static final Path EXAMPLES = Path.of("../examples");

    @TempDir
    Path temp;

    @Test
    void the_copy_has_the_manifests_and_the_app_they_start() throws IOException {
        Path manifests = DemoFolder.copy(EXAMPLES, temp.resolve("demo"));

        assertThat(manifests.resolve(Bookstore.SPLIT_FILE))
                .hasSameTextualContentAs(EXAMPLES.resolve("bookstore").resolve(Bookstore.SPLIT_FILE));
        assertThat(manifests.resolve("../echo/echo.py")).isRegularFile();
    }

    @Test
    void an_earlier_demo_is_replaced() throws IOException {
        Path manifests = DemoFolder.copy(EXAMPLES, temp);
        Files.writeString(manifests.resolve(Bookstore.SPLIT_FILE), "changed");
        Files.writeString(manifests.resolve("more.yaml"), "left over");

        DemoFolder.copy(EXAMPLES, temp);

        assertThat(manifests.resolve(Bookstore.SPLIT_FILE)).content().contains("TrafficSplit");
        assertThat(manifests.resolve("more.yaml")).doesNotExist();
    }

    @Test
    void what_is_not_a_demos_is_left_alone() throws IOException {
        Files.writeString(temp.resolve("thesis.txt"), "mine");

        assertThatThrownBy(() -> DemoFolder.copy(EXAMPLES, temp))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--folder");
        assertThat(temp).isDirectoryNotContaining("glob:**bookstore");
    }

    @Test
    void without_the_examples_it_says_what_is_missing() {
        assertThatThrownBy(() -> DemoFolder.copy(temp.resolve("nowhere"), temp.resolve("demo")))
                .hasMessageContaining("checkout");
    }
}
