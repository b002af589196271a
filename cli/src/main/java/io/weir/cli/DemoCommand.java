package io.weir.cli;

import io.weir.cli.demo.Demo;
import io.weir.cli.demo.MeshStarter;
import io.weir.cli.output.Console;
import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import io.weir.controlplane.standalone.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = "Run the bookstore example of this checkout: a mesh of five apps, each with its Envoy, in which a"
                + " canary moves from version 1 to version 2 by edits of its manifest, and a thief is kept out."
                + " Afterwards the mesh stays up for you.")
final class DemoCommand implements Callable<Integer> {

    private final Console console;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where to put a copy of the example; one of an earlier demo is replaced (default: build/demo"
                    + " of the checkout).")
    private @Nullable Path folder;

    @Option(
            names = "--once",
            description = "End after the canary's way; the exit code says whether everything was right. Without a"
                    + " terminal, and with DEMO_ONCE=1, it is so anyway.")
    private boolean once;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path checkout = checkout();
        Path copy = folder == null
                ? checkout.resolve("build/demo")
                : folder.toAbsolutePath().normalize();
        refuseRunning(copy);
        try {
            return Demo.run(new Demo.Settings(checkout.resolve("examples"), copy, ending()), console, this::start);
        } catch (EnvoyUnavailable e) {
            console.err().println(console.style().bad("weir: ") + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            throw new Failure(Failure.text(e), "correct that, then run weir demo again");
        }
    }

    /** A fresh copy of the example would change the mesh of a demo that runs. */
    private void refuseRunning(Path copy) {
        StateFolder state = StateFolder.of(Demo.manifests(copy), console.environment());
        if (Supervisor.runs(state.path())) {
            throw new Failure(
                    "a demo of " + copy + " is running already", "end it, or choose another folder with --folder");
        }
    }

    /** A demo that nobody watches is a test. */
    private Demo.Ending ending() {
        boolean watched = console.environment().getOrDefault("WEIR_TTY", "").equals("1");
        boolean asked =
                once || console.environment().getOrDefault("DEMO_ONCE", "").equals("1");
        return watched && !asked ? Demo.Ending.STAY : Demo.Ending.EXIT;
    }

    private Path checkout() {
        String launcher = console.environment().getOrDefault("WEIR_LAUNCHER", "");
        Path root = launcher.isEmpty()
                ? Path.of("").toAbsolutePath()
                : Path.of(launcher, "../..").normalize();
        if (!Files.isDirectory(root.resolve("examples/bookstore"))) {
            throw new Failure(
                    "the example is missing: " + root.resolve("examples/bookstore"),
                    "run bin/weir demo in a checkout of Weir");
        }
        return root;
    }

    /** As {@code weir run} with the folder alone. */
    private MeshStarter.Mesh start(Path manifests, MeshStarter.Progress progress)
            throws IOException, EnvoyUnavailable, InterruptedException {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(manifests.toString());
        ControlPlaneOptions settings = options.controlPlane(console.environment(), ControlPlaneOptions.Apps.SUPERVISED);
        Supervisor supervisor = LocalMesh.start(
                settings, options.arguments(console.environment()), console.environment(), new Told(progress));
        return new Running(settings.state(), supervisor);
    }

    private record Running(Path state, Supervisor supervisor) implements MeshStarter.Mesh {

        @Override
        public void close() throws IOException {
            supervisor.close();
        }
    }

    private record Told(MeshStarter.Progress progress) implements Supervisor.Events {

        @Override
        public void happened(String line) {
            progress.happened(line);
        }

        @Override
        public void failed(String line) {
            progress.failed(line);
        }

        @Override
        public void printed(String source, String line) {
            // It is in that process's log, which is named when one fails.
        }
    }
}
