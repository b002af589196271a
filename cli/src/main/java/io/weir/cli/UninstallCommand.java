package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.cli.helm.Helm;
import io.weir.cli.output.Console;
import io.weir.cli.output.TextTable;
import io.weir.injector.crd.Definition;
import io.weir.injector.crd.Release;
import io.weir.injector.crd.StoredObjects.Rewritten;
import io.weir.injector.uninstall.Leftovers;
import io.weir.injector.uninstall.Leftovers.Swept;
import io.weir.injector.uninstall.Meshed;
import io.weir.injector.uninstall.Preparation;
import io.weir.injector.uninstall.Preparation.Prepared;
import io.weir.smi.SmiKind;
import io.weir.smi.wellknown.Sidecar;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "uninstall",
        description =
                "Take Weir out of a cluster: end what the cluster depends on it for, and delete its programs, by Helm."
                        + " No SMI object is deleted or changed.",
        footer = {"", "Exit code 1, and nothing is ended, while pods have sidecars."})
final class UninstallCommand implements Callable<Integer> {

    private final Console console;

    /** One of the parts. */
    static final class Part {

        @Option(
                names = "--prepare",
                description =
                        "The first part alone: write objects that are stored in older versions again, end the conversion"
                                + " between versions, and delete the webhooks, so that Weir's programs may be deleted.")
        private boolean prepare;

        @Option(
                names = "--finish",
                description = "The last part alone, once Weir's programs are deleted: delete what they wrote for"
                        + " themselves, as the mesh's root, unless pods have sidecars.")
        private boolean finish;
    }

    @ArgGroup
    private Part part = new Part();

    @Option(
            names = "--force",
            description = "Go on though pods have sidecars, or objects are stored in versions that only Weir reads.")
    private boolean force;

    @Option(
            names = {"-n", "--system-namespace"},
            paramLabel = "NAMESPACE",
            defaultValue = Sidecar.SYSTEM_NAMESPACE,
            description = "Where Weir runs (default: ${DEFAULT-VALUE}).")
    private String systemNamespace = Sidecar.SYSTEM_NAMESPACE;

    UninstallCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        boolean all = !part.prepare && !part.finish;
        Helm helm = all ? HelmRelease.helm(console.environment()) : null;
        try (KubernetesClient client = ClusterClient.open()) {
            if (!part.finish) {
                prepare(new Preparation(client, systemNamespace));
            }
            if (helm != null) {
                remove(helm);
            }
            if (!part.prepare) {
                finish(new Leftovers(client, systemNamespace).sweep());
            }
        } catch (KubernetesClientException e) {
            throw ClusterClient.failure(e);
        } catch (IllegalStateException e) {
            throw new Failure(String.valueOf(e.getMessage()), "run it again");
        }
        return ExitCodes.OK;
    }

    /** Without the chart's hook, which would do again what is done. */
    private void remove(Helm helm) {
        HelmRelease.run(
                console,
                helm,
                List.of(
                        "uninstall",
                        HelmRelease.NAME,
                        "--namespace",
                        systemNamespace,
                        "--no-hooks",
                        "--ignore-not-found",
                        "--wait"),
                line -> console.err().println("  helm: " + line),
                () -> {},
                "run it again");
        console.out().println(console.style().tick() + " Weir's programs are deleted");
    }

    private void finish(Swept swept) {
        swept.deleted().forEach(one -> console.out().println("deleted " + one));
        String names = Stream.of(SmiKind.values()).map(Definition::name).collect(Collectors.joining(" "));
        console.out().println("These are left:");
        console.out().println("  SMI's definitions with all objects; to delete both: kubectl delete crd " + names);
        if (swept.outcome() == Leftovers.Outcome.KEPT) {
            console.out()
                    .println("  the mesh's root and where it is published, since pods have sidecars that trust it;"
                            + " to delete it once they have none: weir uninstall --finish");
        }
        console.out()
                .println("  namespace " + systemNamespace + "; to delete it: kubectl delete namespace "
                        + systemNamespace);
    }

    private void prepare(Preparation preparation) {
        Prepared prepared = preparation.run(force);
        if (!prepared.meshed().isEmpty()) {
            print(prepared.meshed(), preparation.commands(prepared.meshed()));
        }
        prepared.rewritten().forEach(this::print);
        if (!prepared.unlisted().isEmpty()) {
            console.err().println("what is stored in older versions can't be written again: " + prepared.unlisted());
        }
        switch (prepared.outcome()) {
            case MESHED ->
                throw new Failure(
                        "pods have sidecars, which need Weir: nothing was changed",
                        "run the commands above, then this again; or add --force");
            case UNWRITTEN ->
                throw new Failure(
                        "objects are stored in versions that only Weir can read",
                        "put that right while the injector runs, and run this again; or add --force, which leaves them"
                                + " as they are stored");
            case DONE -> ended(prepared);
        }
    }

    private void print(List<Meshed> meshed, List<String> commands) {
        TextTable table = new TextTable("NAMESPACE", "OWNER", "PODS WITH SIDECARS");
        meshed.forEach(one -> table.row(
                one.namespace(),
                one.kind() + "/" + one.name(),
                String.valueOf(one.pods().size())));
        console.out().print(table);
        console.out().println();
        console.out().println("Without Weir they go on until their certificates end, a day at most. To make them anew");
        console.out().println("without sidecars:");
        console.out().println();
        commands.forEach(command -> console.out().println("  " + command));
        console.out().println();
    }

    private void print(Rewritten rewritten) {
        console.out()
                .println(Definition.name(rewritten.kind()) + ": " + rewritten.objects() + " objects written again");
        rewritten
                .stuck()
                .forEach(stuck -> console.err()
                        .println("  " + stuck.namespace() + "/" + stuck.name() + " stays as it is: " + stuck.reason()));
    }

    private void ended(Prepared prepared) {
        prepared.released().stream()
                .filter(one -> one.outcome() == Release.Outcome.RELEASED)
                .forEach(one -> console.out()
                        .println(Definition.name(one.kind()) + " serves "
                                + one.kind().hubVersion() + " alone, without conversion"));
        prepared.deleted().forEach(one -> console.out().println("deleted " + one));
        console.out().println(console.style().tick() + " nothing in the cluster depends on Weir's programs");
    }
}
