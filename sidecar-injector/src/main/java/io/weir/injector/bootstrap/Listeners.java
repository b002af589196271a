package io.weir.injector.bootstrap;

import io.weir.injector.template.Template;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The listeners of a pod's bootstrap: health with the app's probes, and metrics. */
final class Listeners {

    private static final Template HEALTH = Template.beside(Listeners.class, "listener-health.yaml");
    private static final Template METRICS = Template.beside(Listeners.class, "listener-metrics.yaml");
    private static final Template READY = Template.beside(Listeners.class, "route-ready.yaml");
    private static final Template PROBE = Template.beside(Listeners.class, "route-probe.yaml");
    private static final Template CHECK = Template.beside(Listeners.class, "filter-check.yaml");
    private static final Template MERGE = Template.beside(Listeners.class, "merge.lua");
    private static final Template ROUTER = Template.beside(Listeners.class, "filter-router.yaml");

    private Listeners() {}

    static ObjectNode health(List<Probe> probes) {
        List<ObjectNode> filters = new ArrayList<>();
        List<ObjectNode> routes = new ArrayList<>();
        routes.add(READY.fill(Map.of()));
        for (Probe probe : probes) {
            Probe.Target target = probe.target();
            switch (probe) {
                case Probe.Http http ->
                    routes.add(PROBE.fill(Map.of(
                            "path", target.path(),
                            "cluster", target.cluster(),
                            "timeout", target.timeoutSeconds() + "s",
                            "app_path", EnvoyBootstrap.literal(http.path()))));
                case Probe.Tcp _ -> filters.add(check(target));
                case Probe.Grpc _ -> filters.add(check(target));
            }
        }
        filters.add(ROUTER.fill(Map.of()));
        return HEALTH.fill(Map.of(
                "pod_ip", EnvoyBootstrap.POD_IP, "port", Sidecar.HEALTH_PORT, "filters", filters, "routes", routes));
    }

    private static ObjectNode check(Probe.Target target) {
        return CHECK.fill(Map.of("path", target.path(), "cluster", target.cluster()));
    }

    static ObjectNode metrics(@Nullable AppMetrics app) {
        return METRICS.fill(Map.of(
                "pod_ip",
                EnvoyBootstrap.POD_IP,
                "port",
                Sidecar.METRICS_PORT,
                "merge",
                MERGE.text(),
                "app",
                app == null ? Map.of() : Map.of("app_path", EnvoyBootstrap.literal(app.path()))));
    }
}
