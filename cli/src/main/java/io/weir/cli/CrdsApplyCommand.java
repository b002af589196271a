package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.output.Console;
import io.weir.injector.crd.CustomResourceDefinitions;
import io.weir.injector.crd.CustomResourceDefinitions.Applied;
import io.weir.injector.crd.Definition;
import io.weir.injector.crd.UnreadableVersionsException;
import io.weir.smi.wellknown.Sidecar;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        description =
                "Install the definitions of SMI's kinds, or take over those that another mesh installed. No object"
                        + " is deleted or changed.",
        footer = {"", "Then run weir crds rewrite, once the injector runs."})
final class CrdsApplyCommand implements Callable<Integer> {

    private final Console console;

    @Option(
            names = "--system-namespace",
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where the injector runs, which converts between versions (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    CrdsApplyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (KubernetesClient client = ClusterClient.open()) {
            for (Applied applied : new CustomResourceDefinitions(client, systemNamespace).apply()) {
                console.out()
                        .println(Definition.name(applied.kind()) + " "
                                + applied.outcome().name().toLowerCase(Locale.ROOT));
            }
            return ExitCodes.OK;
        } catch (UnreadableVersionsException e) {
            throw new Failure(
                    String.valueOf(e.getMessage()),
                    "write those objects in a released version first; nothing was changed");
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        } catch (IllegalStateException e) {
            throw new Failure(String.valueOf(e.getMessage()), "run it again; weir check says how it stands");
        }
    }
}
