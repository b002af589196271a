package io.weir.controlplane.identity.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    private Path temporary;

    private Path path() {
        return temporary.resolve("weir/shop");
    }

    @Test
    void folder_and_files_are_for_the_owner_alone() throws IOException {
        StateFolder folder = StateFolder.open(path());
        folder.write("a", "1");
        folder.readOrCreate("b", () -> "2");
        folder.lock().close();

        assertThat(permissions(path())).isEqualTo("rwx------");
        assertThat(permissions(path().getParent())).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(path())) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(permissions(file)).isEqualTo("rw-------"));
        }
    }

    @Test
    void a_write_replaces_the_text_and_leaves_nothing_else() throws IOException {
        StateFolder folder = StateFolder.open(path());
        folder.write("a", "long text");
        folder.write("a", "ä");

        assertThat(StateFolder.open(path()).read("a")).isEqualTo("ä");
        assertThat(folder.read("b")).isNull();
        try (Stream<Path> files = Files.list(path())) {
            assertThat(files).containsExactly(path().resolve("a"));
        }
    }

    @Test
    void a_folder_that_others_may_enter_is_refused_with_the_command_that_closes_it() throws IOException {
        StateFolder.open(path());
        for (String open : List.of("rwxr-x---", "rwx--x---", "rwx-----x", "rwx---r--")) {
            Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString(open));
            assertThatThrownBy(() -> StateFolder.open(path()))
                    .isInstanceOf(StateUnusable.class)
                    .hasMessageEndingWith("run: chmod 700 " + path());
        }
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rwx------"));
        assertThat(StateFolder.open(path()).path()).isEqualTo(path());
    }

    @Test
    void a_file_that_others_may_read_is_refused_with_the_command_that_closes_it() throws IOException {
        StateFolder folder = StateFolder.open(path());
        folder.write("key", "secret");
        Files.setPosixFilePermissions(path().resolve("key"), PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> folder.read("key"))
                .isInstanceOf(StateUnusable.class)
                .hasMessageEndingWith("run: chmod 600 " + path().resolve("key"))
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> folder.readOrCreate("key", () -> "other")).isInstanceOf(StateUnusable.class);
    }

    @Test
    void a_link_in_place_of_the_folder_or_a_file_is_refused() throws IOException {
        StateFolder folder = StateFolder.open(path());
        folder.write("a", "1");
        Files.createSymbolicLink(path().resolve("b"), path().resolve("a"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), path());

        assertThatThrownBy(() -> folder.read("b")).isInstanceOf(StateUnusable.class);
        assertThatThrownBy(() -> StateFolder.open(link)).isInstanceOf(StateUnusable.class);
    }

    @Test
    void a_file_in_place_of_the_folder_is_refused_in_one_line() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");
        assertThatThrownBy(() -> StateFolder.open(file))
                .isInstanceOf(StateUnusable.class)
                .hasMessageContaining("not a folder");
    }

    @Test
    void names_lead_nowhere_else() throws IOException {
        StateFolder folder = StateFolder.open(path());
        for (String name : List.of("../a", "a/b", ".lock", "", "A", "/etc/passwd")) {
            assertThatIllegalArgumentException().isThrownBy(() -> folder.read(name));
            assertThatIllegalArgumentException().isThrownBy(() -> folder.write(name, ""));
        }
    }

    @Test
    void only_one_holds_the_lock() throws IOException {
        StateFolder folder = StateFolder.open(path());
        try (StateLock held = folder.lock()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> StateFolder.open(path()).lock())
                    .isInstanceOf(StateUnusable.class)
                    .hasMessageContaining("another control plane is using " + path());
        }
        folder.lock().close();
    }

    @Test
    void another_process_is_kept_out_while_one_holds_the_lock() throws IOException, InterruptedException {
        StateFolder folder = StateFolder.open(path());
        // flock(1) takes another kind of lock, so the other process is a JVM.
        String program = "void main(String[] a) throws Exception {"
                + " try (var c = java.nio.channels.FileChannel.open(java.nio.file.Path.of(a[0]),"
                + " java.nio.file.StandardOpenOption.WRITE)) { System.exit(c.tryLock() == null ? 7 : 8); } }";
        Path source = Files.writeString(temporary.resolve("Other.java"), program);
        try (StateLock held = folder.lock()) {
            assertThat(held).isNotNull();
            assertThat(run(source)).isEqualTo(7);
        }
        assertThat(run(source)).isEqualTo(8);
    }

    private int run(Path source) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        source.toString(),
                        path().resolve(".lock").toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    @Test
    void of_many_that_create_a_file_at_once_all_get_one_text() throws InterruptedException, ExecutionException {
        Set<String> texts;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<String>> creators = IntStream.range(0, 32)
                    .<Callable<String>>mapToObj(
                            i -> () -> StateFolder.open(path()).readOrCreate("key", () -> "text " + i))
                    .toList();
            List<String> got = new ArrayList<>();
            for (Future<String> future : threads.invokeAll(creators)) {
                got.add(future.get());
            }
            texts = Set.copyOf(got);
        }
        assertThat(texts).hasSize(1);
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
