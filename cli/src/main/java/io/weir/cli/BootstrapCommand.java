package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.standalone.Bootstraps;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import io.weir.controlplane.standalone.EnvoyInstall;
import io.weir.controlplane.standalone.EnvoyUnavailable;
import io.weir.controlplane.standalone.ProxyTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bootstrap",
        description = "Write what a workload's proxy needs to join a mesh that weir serve runs: an Envoy bootstrap, a"
                + " credential and the roots to check the control plane with. Prints the command that starts it. Running"
                + " this again renews the credential.")
final class BootstrapCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "NAMESPACE/NAME", description = "The workload, or one of its replicas.")
    private String proxy = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "The mesh's folder of manifests (default: this folder).")
    private Path folder = Path.of(".");

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The mesh's state folder, if it has one of its choice.")
    private @Nullable Path state;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where to write (default: a folder within the state folder). It holds a secret.")
    private @Nullable Path out;

    @Mixin
    private final OutputOption output = new OutputOption();

    BootstrapCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        StateOptions mesh = new StateOptions(folder, state);
        AdminClient admin = AdminClient.of(mesh, console.environment());
        DesiredReplicas desired = DesiredReplicas.read(admin.text("/v1/replicas"));
        DesiredReplica replica = replica(desired);
        Path stateFolder = mesh.state(console.environment()).path();
        Path target = out != null
                ? out
                : stateFolder.resolve("bootstraps").resolve(replica.namespace() + "." + replica.name());
        try {
            EnvoyInstall.Binary envoy = new EnvoyInstall(console.environment(), console.err()::println).locate();
            ProxyTokens tokens =
                    ProxyTokens.signedBy(StateFolder.open(stateFolder), new TrustDomain(desired.trustDomain()));
            print(Bootstraps.write(
                    replica, desired, stateFolder.resolve("trust").resolve("roots.pem"), tokens, envoy, target));
            return ExitCodes.OK;
        } catch (EnvoyUnavailable e) {
            console.err().println(console.style().bad("weir: ") + e.getMessage());
            return e.exitCode();
        } catch (IOException e) {
            throw new Failure("can't write " + target + ": " + e.getMessage(), "name another folder with --out");
        }
    }

    private void print(Bootstraps.Written written) {
        if (output.format() != Format.TABLE) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("folder", written.folder().toString());
            tree.put("command", written.command());
            tree.put("expires", written.expires().toString());
            console.tree(output.format(), tree);
            return;
        }
        console.out().println(String.join(" ", written.command()));
        console.err()
                .println("the credential in " + written.folder() + " is accepted until " + written.expires()
                        + "; run this again before then, and a running Envoy takes the new one");
    }

    private DesiredReplica replica(DesiredReplicas desired) {
        List<DesiredReplica> meshed = desired.replicas().stream()
                .filter(replica -> replica.sidecarAddress() != null)
                .toList();
        return meshed.stream()
                .filter(replica -> replica.key().equals(proxy) || replica.key().matches("\\Q" + proxy + "\\E-[0-9]+"))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        "there is no workload " + proxy + " with a sidecar",
                        meshed.isEmpty()
                                ? "add a Workload to the folder"
                                : "name one of: "
                                        + meshed.stream()
                                                .map(DesiredReplica::key)
                                                .collect(Collectors.joining(", "))));
    }
}
