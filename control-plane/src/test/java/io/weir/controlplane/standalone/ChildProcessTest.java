package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ChildProcessTest {

    @TempDir
    private Path dir;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    @Test
    void its_status_and_its_lines_are_told_and_logged() throws Exception {
        start("echo out; echo err >&2; printf unfinished; exit 7");
        assertThat(exit.get()).isEqualTo(7);
        assertThat(List.of(line(), line(), line())).containsExactly("out", "err", "unfinished");
        assertThat(dir.resolve("log")).hasContent("out\nerr\nunfinished\n");
    }

    @Test
    void a_command_that_is_not_there_ends_at_once() throws Exception {
        ChildProcess.start(launch(List.of("/not/there")), mark(), lines::add).onExit(exit::complete);
        assertThat(exit.get()).isEqualTo(127);
    }

    @Test
    void asked_to_end_it_may_finish_what_it_does() throws Exception {
        ChildProcess process = start("trap 'echo finishing; exit 0' TERM; echo up; sleep 1000 & wait");
        assertThat(line()).isEqualTo("up");
        process.terminate();
        assertThat(line()).isEqualTo("finishing");
        assertThat(exit.get()).isZero();
    }

    @Test
    void ended_it_ends_though_it_will_not() throws Exception {
        ChildProcess process = start("trap '' TERM; echo up; while :; do sleep 0.1; done");
        assertThat(line()).isEqualTo("up");
        process.terminate();
        process.kill();
        assertThat(exit.get()).isEqualTo(128 + 9);
    }

    @Test
    void what_it_started_ends_with_it() throws Exception {
        start("sleep 1000 & echo $!; setsid sleep 1000 & echo $!; exit 3");
        ProcessHandle inItsGroup = ProcessHandle.of(Long.parseLong(line())).orElseThrow();
        ProcessHandle inAnother = ProcessHandle.of(Long.parseLong(line())).orElseThrow();
        assertThat(exit.get()).isEqualTo(3);
        inItsGroup.onExit().get();
        inAnother.onExit().get();
    }

    @Test
    void it_ends_even_if_the_script_between_is_killed() throws Exception {
        ChildProcess process = start("echo $$; exec sleep 1000");
        ProcessHandle child = ProcessHandle.of(Long.parseLong(line())).orElseThrow();
        ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
        exit.get();
        child.onExit().get();
    }

    @Test
    void output_without_line_ends_is_cut_into_lines() throws Exception {
        start("head -c 20000 /dev/zero | tr '\\0' x");
        assertThat(exit.get()).isZero();
        assertThat(List.of(line(), line(), line()))
                .extracting(String::length)
                .containsExactly(8192, 8192, 20000 - 2 * 8192);
    }

    private ChildProcess start(String script) throws IOException {
        ChildProcess process = ChildProcess.start(launch(List.of("sh", "-c", script)), mark(), lines::add);
        process.onExit(exit::complete);
        return process;
    }

    private ChildProcess.Launch launch(List<String> command) throws IOException {
        Files.createDirectories(dir);
        return new ChildProcess.Launch(command, System.getenv(), dir, dir.resolve("log"));
    }

    private static String mark() {
        return "test." + UUID.randomUUID();
    }

    private String line() throws InterruptedException {
        return lines.poll(20, TimeUnit.SECONDS);
    }
}
