package io.weir.testing.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DaemonTest {

    private static final Path SHELL = Path.of("/bin/sh");

    @TempDir
    private Path folder;

    @Test
    void a_daemon_ends_when_its_jvm_is_killed() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String pid = jvm.inputReader().readLine();
            ProcessHandle daemon = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            jvm.destroyForcibly();
            daemon.onExit().get(20, TimeUnit.SECONDS);
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void one_that_ends_by_itself_is_told_with_its_last_words() throws Exception {
        Daemon daemon = Daemon.start(SHELL, List.of("-c", "echo the port is taken; exit 3"), folder);
        ProcessHandle.of(daemon.pid()).ifPresent(handle -> handle.onExit().join());
        assertThatThrownBy(daemon::expectRunning)
                .hasMessageContaining("ended with status 3")
                .hasMessageContaining("the port is taken");
    }

    @Test
    void it_is_told_to_end_and_waited_for() throws Exception {
        Path left = folder.resolve("left");
        Path up = folder.resolve("up");
        Daemon daemon = Daemon.start(
                SHELL,
                List.of("-c", "trap 'echo bye >left; exit' TERM; mkfifo up; read -r _ <up & wait", "daemon"),
                folder);
        await().until(() -> Files.exists(up));
        daemon.stop();
        assertThat(left).hasContent("bye");
    }

    @Test
    void the_environment_of_the_developer_stays_outside() throws Exception {
        Daemon daemon = Daemon.start(SHELL, List.of("-c", "env"), folder);
        ProcessHandle.of(daemon.pid()).ifPresent(handle -> handle.onExit().join());
        assertThat(Files.readAllLines(folder.resolve("sh.log")))
                .extracting(line -> line.replaceFirst("=.*", ""))
                .containsOnly("PATH", "PWD");
    }

    /** Its own main: starts a daemon, says its number, waits to be killed. */
    public static final class Main {

        private Main() {}

        public static void main(String[] args) throws InterruptedException {
            Daemon daemon = Daemon.start(SHELL, List.of("-c", "sleep 100000"), Path.of(args[0]));
            System.out.println(daemon.pid());
            Thread.currentThread().join();
        }
    }
}
