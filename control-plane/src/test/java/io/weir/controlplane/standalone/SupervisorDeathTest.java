package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The supervisor as a JVM of its own, killed for real. */
@Timeout(60)
@Tag("envoy")
class SupervisorDeathTest {

    /** An app with a child in its own group, and one that left for a session of its own; all deaf to TERM. */
    private static final String APP = """
            trap '' TERM
            setsid sh -c 'trap "" TERM; sleep 100000' &
            sleep 100000 &
            python3 -m http.server --bind "$HOST" "$PORT"
            """;

    @TempDir
    private Path dir;

    @Test
    void when_the_supervisor_is_killed_everything_it_started_ends() throws Exception {
        Path state = dir.resolve("state");
        try (TestControlPlane controlPlane = new TestControlPlane(dir)) {
            DesiredReplica replica = TestControlPlane.replica("books", APP);
            controlPlane.want(replica);
            String version = EnvoyInstall.DEFAULT_VERSION;
            Path envoy = EnvoyInstall.system(System.err::println).ensure(version);
            Supervisor.Options options = controlPlane.options(state, new EnvoyInstall.Binary(envoy, version));
            Process supervisor = start(options);
            try {
                RecordedEvents printed = new RecordedEvents();
                Thread.startVirtualThread(() -> supervisor.inputReader().lines().forEach(printed::happened));
                printed.await("ready shop/books");
                List<ProcessHandle> started = Leftovers.of(state).find();
                assertThat(started.stream().map(SupervisorDeathTest::program))
                        .contains("envoy", "python3", "sleep", "sh")
                        .hasSizeGreaterThanOrEqualTo(6);
                supervisor.destroyForcibly();
                for (ProcessHandle process : started) {
                    process.onExit().get(20, TimeUnit.SECONDS);
                }
            } finally {
                supervisor.destroyForcibly();
            }
            assertThat(Leftovers.of(state).find()).isEmpty();
        }
    }

    private static Process start(Supervisor.Options options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        // The command line of the stand-in has lines of its own: words are separated by a byte that no word has.
        Path serve = options.manifests().resolve("serve");
        Files.writeString(serve, String.join("\u0001", options.serve()));
        command.addAll(List.of(
                options.state().toString(),
                options.manifests().toString(),
                serve.toString(),
                options.envoy().path().toString(),
                options.envoy().version(),
                options.roots().toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String program(ProcessHandle process) {
        String path = process.info().command().orElse("");
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.startsWith("python3") ? "python3" : name.equals("dash") ? "sh" : name;
    }

    /** Its own main, for {@link #start}: arguments are the options. */
    public static final class Main {

        private Main() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Path state = Path.of(args[0]);
            Supervisor.Options options = new Supervisor.Options(
                    state,
                    Path.of(args[1]),
                    List.of(Files.readString(Path.of(args[2])).split("\u0001")),
                    new EnvoyInstall.Binary(Path.of(args[3]), args[4]),
                    Path.of(args[5]),
                    1,
                    System.getenv());
            Supervisor supervisor =
                    Supervisor.start(options, _ -> new ProxyTokens.ProxyToken("token", Instant.MAX), new Printed());
            System.exit(supervisor.await());
        }
    }

    private static final class Printed implements Supervisor.Events {

        @Override
        public void happened(String line) {
            System.out.println(line);
        }

        @Override
        public void failed(String line) {
            System.out.println(line);
        }

        @Override
        public void printed(String source, String line) {}
    }
}
