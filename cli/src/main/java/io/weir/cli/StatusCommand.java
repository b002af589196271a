package io.weir.cli;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplicas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description =
                "Show a running mesh: which proxies are connected and have their configuration, what they refused,"
                        + " when their certificates end, and where each workload reaches the services.",
        footer = {"", "-o json prints what the control plane reports, and the addresses of services by replica."})
final class StatusCommand implements Callable<Integer> {

    private final Console console;

    @Mixin
    private final StateOptions state = new StateOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        AdminClient admin = AdminClient.of(state, console.environment());
        Map<String, Object> status = admin.get("/v1/status");
        DesiredReplicas replicas = DesiredReplicas.read(admin.text("/v1/replicas"));
        if (output.format() == Format.TABLE) {
            console.out().print(new StatusView(console.style(), Instant.now(), state.folder()).text(status, replicas));
            return ExitCodes.OK;
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
        return ExitCodes.OK;
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
