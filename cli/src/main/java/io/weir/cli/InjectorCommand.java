package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.output.Console;
import io.weir.injector.Injector;
import io.weir.injector.InjectorOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "injector",
        description =
                "Run one replica of the injector in a cluster, until it is ended: it gives pods their sidecars, and"
                        + " validates and converts SMI objects. The chart runs this; it uses the pod's own account, or outside of"
                        + " a cluster what KUBECONFIG names.")
final class InjectorCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final InjectionOptions injection = new InjectionOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8443",
            description = "Where the API server calls; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port = 8_443;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "15014",
            description = "Where /healthz, /readyz and /metrics are; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int adminPort = 15_014;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "0.0.0.0",
            description = "The address of both ports (default: ${DEFAULT-VALUE}).")
    private InetAddress address = InetAddress.getLoopbackAddress();

    InjectorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        InjectorOptions options = new InjectorOptions(
                injection.settings().mesh().systemNamespace(),
                new InetSocketAddress(address, port),
                new InetSocketAddress(address, adminPort),
                injection.settings());
        CountDownLatch ended = new CountDownLatch(1);
        try (KubernetesClient client = ClusterClient.open()) {
            Injector injector = Injector.start(client, options);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("end").unstarted(() -> {
                try (injector) {
                    console.err().println("ending");
                } catch (IOException e) {
                    console.err().println("weir: closing: " + e.getMessage());
                }
                ended.countDown();
            }));
            console.err()
                    .println("webhooks at port " + injector.webhookPort() + ", health and metrics at port "
                            + injector.adminPort());
            ended.await();
            return ExitCodes.OK;
        } catch (IOException e) {
            throw new Failure(Failure.text(e), "if the port is taken, choose another with --port or --admin-port");
        }
    }
}
