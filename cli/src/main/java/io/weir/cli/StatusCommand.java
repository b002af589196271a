package io.weir.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.cli.cluster.Named;
import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        description = "Show a running mesh, in a cluster or of a folder: which sidecars are connected and have their"
                + " configuration, what they refused, when their certificates end; of a folder also where each"
                + " workload reaches the services.",
        footer = {
            "",
            "Examples:",
            "  weir status -A",
            "  weir status deploy/web -n shop",
            "  weir status examples/bookstore"
        })
final class StatusCommand implements Callable<Integer> {

    private final Console console;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "KIND/NAME|FOLDER",
            description = "Of a cluster, what to show: " + Named.FORMS
                    + "; or a mesh's folder of manifests (default: all of a namespace of the cluster).")
    private @Nullable Path word;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the mesh of a folder keeps its state (default: a folder of its own under"
                    + " $$XDG_DATA_HOME/weir).")
    private @Nullable Path state;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The sidecars of all namespaces of the cluster.")
    private boolean all;

    @Mixin
    private final ClusterSelection cluster = new ClusterSelection();

    @Mixin
    private final ControlPlaneAccess controlPlane = new ControlPlaneAccess();

    @Mixin
    private final OutputOption output = new OutputOption();

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path folder = word == null ? Path.of(".") : word;
        if (state == null && (word == null || cluster.meant(List.of(word)))) {
            inCluster(word == null ? null : Named.parse(word.toString()));
        } else {
            cluster.refuseWith(List.of(folder), all, spec);
            onThisMachine(new StateOptions(folder, state));
        }
        return ExitCodes.OK;
    }

    private void inCluster(@Nullable Named named) {
        try (KubernetesClient client = cluster.open()) {
            new ClusterStatus(client, all ? null : cluster.namespace(client), named, console)
                    .print(controlPlane.ask(client), output.format());
        }
    }

    private void onThisMachine(StateOptions state) {
        AdminClient admin = AdminClient.of(state, console.environment());
        Map<String, Object> status = admin.get("/v1/status");
        DesiredReplicas replicas = DesiredReplicas.read(admin.text("/v1/replicas"));
        if (output.format() == Format.TABLE) {
            console.out().print(new StatusView(console.style(), Instant.now(), state.folder()).text(status, replicas));
            return;
        }
        Map<String, Object> tree = new LinkedHashMap<>(status);
        Map<String, Object> services = new LinkedHashMap<>();
        for (DesiredReplica replica : replicas.replicas()) {
            services.put(
                    replica.key(),
                    replica.services().stream().map(StatusCommand::address).toList());
        }
        tree.put("services", services);
        console.tree(output.format(), tree);
    }

    private static Map<String, Object> address(DesiredReplica.ServiceAddress service) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("service", service.service());
        tree.put("port", service.port());
        tree.put("transport", service.transport().name());
        tree.put("address", service.address() + ":" + service.bindPort());
        return tree;
    }

    /** The rows of a list of objects; none where there is no list. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rows(@Nullable Object list) {
        List<Map<String, Object>> rows = new ArrayList<>();
        if (list instanceof List<?> items) {
            items.forEach(item -> rows.add((Map<String, Object>) item));
        }
        return rows;
    }
}
