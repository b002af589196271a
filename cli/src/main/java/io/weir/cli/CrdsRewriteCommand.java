package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.output.Console;
import io.weir.injector.crd.Definition;
import io.weir.injector.crd.StoredObjects;
import io.weir.injector.crd.StoredObjects.Rewritten;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "rewrite",
        description =
                "Write every SMI object that is stored in an older version again, unchanged, so that it is stored in"
                        + " the version that Weir reads. Needs the injector, which converts.")
final class CrdsRewriteCommand implements Callable<Integer> {

    private final Console console;

    CrdsRewriteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (KubernetesClient client = ClusterClient.open()) {
            List<Rewritten> all = new StoredObjects(client).rewrite();
            all.forEach(this::print);
            if (all.isEmpty()) {
                console.out().println("nothing is stored in an older version");
            }
            return all.stream().allMatch(one -> one.stuck().isEmpty()) ? ExitCodes.OK : ExitCodes.FAILED;
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        } catch (IllegalStateException e) {
            throw new Failure(String.valueOf(e.getMessage()), "run: weir check");
        }
    }

    private void print(Rewritten rewritten) {
        console.out()
                .println(Definition.name(rewritten.kind()) + ": " + rewritten.objects() + " objects written again");
        rewritten
                .stuck()
                .forEach(stuck -> console.err()
                        .println("  " + stuck.namespace() + "/" + stuck.name() + " stays as it is: " + stuck.reason()));
    }
}
