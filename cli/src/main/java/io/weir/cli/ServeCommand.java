package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.controlplane.ControlPlane;
import io.weir.controlplane.ControlPlaneOptions;
import io.weir.controlplane.ControlPlaneOptions.Apps;
import io.weir.telemetry.Aggregator;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        description = "Run the control plane alone, over a folder of manifests, until it is ended. It starts neither"
                + " proxies nor apps: weir bootstrap makes what a proxy needs, weir run does all of it.")
final class ServeCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final ServeOptions options = new ServeOptions();

    /** {@code weir run} sets it: it says itself which apps are ready. */
    @Option(names = "--apps", hidden = true, defaultValue = "RUNNING")
    private Apps apps = Apps.RUNNING;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        ControlPlaneOptions settings = options.controlPlane(console.environment(), apps);
        try {
            ControlPlane controlPlane = ControlPlane.start(
                    settings,
                    Aggregator.extension(settings.settings(), options.metrics().readings()));
            CountDownLatch end = new CountDownLatch(1);
            Thread closer = Thread.ofPlatform().name("end").unstarted(() -> {
                close(controlPlane);
                end.countDown();
            });
            Runtime.getRuntime().addShutdownHook(closer);
            console.err().println("serving " + settings.folder() + ": xDS at " + controlPlane.xdsAddress());
            end.await();
            return ExitCodes.OK;
        } catch (IOException e) {
            throw new Failure(
                    Failure.text(e),
                    "if another weir serves this folder, end it; or choose another state folder with --state");
        }
    }

    private void close(ControlPlane controlPlane) {
        try {
            controlPlane.close();
        } catch (IOException e) {
            console.err().println("weir: closing: " + e.getMessage());
        }
    }
}
