package io.weir.injector.inject;

import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.injector.template.Template;
import io.weir.smi.wellknown.InjectedSidecar.Style;
import io.weir.smi.wellknown.Sidecar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The containers and volumes that a pod gets.
 *
 * @param graceSeconds what the pod has to stop
 */
record SidecarContainers(InjectionSettings settings, PodOptions options, long graceSeconds) {

    static final String TOKEN_SOURCE = "weir.io/token-source";
    static final String ROOTS_SOURCE = "weir.io/roots-source";

    private static final Template PROXY = Template.beside(SidecarContainers.class, "proxy.yaml");
    private static final Template NATIVE = Template.beside(SidecarContainers.class, "native.yaml");
    private static final Template CLASSIC = Template.beside(SidecarContainers.class, "classic.yaml");
    private static final Template INIT = Template.beside(SidecarContainers.class, "init.yaml");
    private static final Template VOLUMES = Template.beside(SidecarContainers.class, "volumes.yaml");
    private static final Template HOLD = Template.beside(SidecarContainers.class, "hold.sh");
    private static final Template DRAIN = Template.beside(SidecarContainers.class, "drain.sh");

    /** Enough for the traffic of most pods; Envoy's own choice is one for each processor of the node. */
    private static final int WORKERS = 2;

    ObjectNode proxy(EnvoyBootstrap bootstrap) {
        List<String> args = List.of(
                "--config-yaml",
                bootstrap.json(),
                "--concurrency",
                String.valueOf(AnnotationReader.processors(options.resources(), WORKERS)),
                "--log-level",
                "warning",
                // Connections under a policy that was taken back end within the drain time.
                "--drain-time-s",
                "20",
                "--drain-strategy",
                "immediate",
                // It would need /dev/shm, and a container is replaced as a whole.
                "--disable-hot-restart");
        ObjectNode proxy = PROXY.fill(Map.of(
                "image", settings.images().proxy(),
                "args", args,
                "uid", Sidecar.UID,
                "health_port", Sidecar.HEALTH_PORT,
                "metrics_port", Sidecar.METRICS_PORT,
                "resources", resources(),
                "credentials", Sidecar.CREDENTIALS_PATH,
                "run", EnvoyBootstrap.RUN_FOLDER));
        return proxy.setAll(
                switch (options.style()) {
                    case NATIVE -> NATIVE.fill(Map.of("health_port", Sidecar.HEALTH_PORT));
                    case CLASSIC ->
                        CLASSIC.fill(Map.of(
                                "hold",
                                HOLD.text(),
                                // One second is left for Envoy itself.
                                "drain",
                                "limit=" + Math.max(0, graceSeconds - 1) + "\n" + DRAIN.text()));
                });
    }

    ObjectNode init(InterceptionRules rules) {
        return INIT.fill(Map.of("image", settings.images().init(), "script", rules.script(), "resources", resources()));
    }

    static ArrayNode volumes() {
        return (ArrayNode) VOLUMES.fill(Map.of(
                        "audience", Sidecar.TOKEN_AUDIENCE,
                        "roots_config_map", Sidecar.ROOTS_CONFIG_MAP,
                        "roots_key", Sidecar.ROOTS_KEY,
                        "token_file", EnvoyBootstrap.TOKEN_FILE,
                        "token_source", "metadata.annotations['" + TOKEN_SOURCE + "']",
                        "roots_file", EnvoyBootstrap.ROOTS_FILE,
                        "roots_source", "metadata.annotations['" + ROOTS_SOURCE + "']"))
                .get(PodTree.VOLUMES);
    }

    boolean isNative() {
        return options.style() == Style.NATIVE;
    }

    private Map<String, Map<String, String>> resources() {
        InjectionSettings.Resources wanted = options.resources();
        Map<String, Map<String, String>> resources = new LinkedHashMap<>();
        put(resources, "requests", wanted.cpu(), wanted.memory());
        put(resources, "limits", wanted.cpuLimit(), wanted.memoryLimit());
        return resources;
    }

    private static void put(Map<String, Map<String, String>> resources, String kind, String cpu, String memory) {
        Map<String, String> amounts = new LinkedHashMap<>();
        if (!cpu.isEmpty()) {
            amounts.put("cpu", cpu);
        }
        if (!memory.isEmpty()) {
            amounts.put("memory", memory);
        }
        if (!amounts.isEmpty()) {
            resources.put(kind, amounts);
        }
    }
}
