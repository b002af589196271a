package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CommandTest {

    @Test
    void what_a_program_prints_is_kept_with_its_status() throws IOException {
        Command.Result result = Command.run(
                List.of("sh", "-c", "echo one; echo two >&2; exit 3"), System.getenv(), Duration.ofSeconds(10));
        assertThat(result).isEqualTo(new Command.Result(3, "one\ntwo\n"));
    }

    @Test
    void a_program_whose_time_is_up_is_ended() throws IOException {
        Command.Result result = Command.run(List.of("sleep", "100000"), System.getenv(), Duration.ofMillis(50));
        assertThat(result.exit()).isEqualTo(-1);
    }

    @Test
    void a_program_ends_with_the_jvm_that_waits_for_it() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Waiting.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            long program = Long.parseLong(jvm.inputReader().readLine());
            ProcessHandle running = ProcessHandle.of(program).orElseThrow();
            jvm.destroy();
            running.onExit().get(10, TimeUnit.SECONDS);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Its own main, which waits for a program that prints its process id where everybody reads it. */
    public static final class Waiting {

        private Waiting() {}

        public static void main(String[] args) throws IOException {
            Command.run(
                    List.of(
                            "sh",
                            "-c",
                            "echo $$ >/proc/" + ProcessHandle.current().pid() + "/fd/1; exec sleep 100000"),
                    Map.copyOf(System.getenv()),
                    Duration.ofMinutes(5));
        }
    }
}
