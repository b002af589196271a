package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import io.weir.controlplane.standalone.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "run",
        description = "Run a mesh on this machine: the control plane, an Envoy for every workload of the folder's"
                + " manifests, and the apps that they give a command for. A saved manifest is live at once. Ctrl-C ends"
                + " all of it.",
        footer = {"", "Example:", "  weir run examples/bookstore     then, elsewhere: weir status examples/bookstore"})
final class RunCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final ServeOptions options = new ServeOptions();

    RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        ControlPlaneOptions settings = options.controlPlane(console.environment(), ControlPlaneOptions.Apps.SUPERVISED);
        if (!Files.isDirectory(settings.folder())) {
            throw new Failure("there is no folder " + settings.folder(), "make it, or name another: weir run FOLDER");
        }
        console.err().println("running " + settings.folder() + "; state and logs are in " + settings.state());
        try {
            Supervisor supervisor = LocalMesh.start(
                    settings, options.arguments(console.environment()), console.environment(), new RunLines(console));
            Thread closer = Thread.ofPlatform().name("end").unstarted(() -> close(supervisor));
            Runtime.getRuntime().addShutdownHook(closer);
            return supervisor.await();
        } catch (EnvoyUnavailable e) {
            console.err().println(console.style().bad("weir: ") + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            throw new Failure(Failure.text(e), "put that right, or choose another state folder with --state");
        }
    }

    private void close(Supervisor supervisor) {
        try {
            supervisor.close();
        } catch (IOException e) {
            console.err().println("weir: ending: " + e.getMessage());
        }
    }
}
