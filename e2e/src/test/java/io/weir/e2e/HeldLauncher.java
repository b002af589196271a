package io.weir.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What {@code weir run} starts its control plane with: the usual command, but for a file that holds it back while it
 * is there. So a control plane can be killed and stay away, for all that its supervisor starts another.
 */
record HeldLauncher(Path script, Path hold, Path pid) {

    static HeldLauncher in(Path home) throws IOException {
        HeldLauncher launcher =
                new HeldLauncher(home.resolve("launcher"), home.resolve("hold"), home.resolve("serve.pid"));
        Files.writeString(launcher.script(), """
                #!/bin/sh
                echo $$ >'%3$s.new'
                mv '%3$s.new' '%3$s'
                while [ -e '%2$s' ]; do sleep 0.05; done
                exec %1$s "$@"
                """.formatted(String.join(" ", weir()), launcher.hold(), launcher.pid()));
        launcher.script().toFile().setExecutable(true);
        return launcher;
    }

    /** The words before a verb: this JVM with the class path of the tests, and flags as bin/weir has them. */
    static List<String> weir() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.weir.cli.Main");
    }

    /** From now on a control plane that is started waits. */
    void holdBack() throws IOException {
        Files.createFile(hold);
    }

    /** Lets the one that waits, and those after it, start. */
    void letGo() throws IOException {
        Files.delete(hold);
    }

    /** Kills the control plane, and keeps the next one back; returns when the supervisor has started that. */
    void killAndHoldBack() throws Exception {
        holdBack();
        ProcessHandle running =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        Files.delete(pid);
        running.destroyForcibly();
        running.onExit().get(10, TimeUnit.SECONDS);
        awaitStarted();
    }

    /** Kills the control plane; the supervisor starts another at once. */
    void kill() throws Exception {
        killAndHoldBack();
        letGo();
    }

    /** Until the supervisor has started a control plane, which may be held back. */
    void awaitStarted() {
        await("the supervisor starts a control plane")
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.exists(pid));
    }
}
