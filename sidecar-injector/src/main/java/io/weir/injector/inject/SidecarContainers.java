package io.weir.injector.inject;

import io.weir.injector.bootstrap.Credential;
import io.weir.injector.bootstrap.EnvoyBootstrap;
import io.weir.injector.template.Template;
import io.weir.smi.wellknown.InjectedSidecar.Style;
import io.weir.smi.wellknown.OpenTelemetryNames;
import io.weir.smi.wellknown.Sidecar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The containers and volumes that a pod gets.
 *
 * @param graceSeconds what the pod has to stop
 */
record SidecarContainers(InjectionSettings settings, PodOptions options, long graceSeconds) {

    private static final String TOKEN_SOURCE = "weir.io/token-source";
    private static final String CERTIFICATE_SOURCE = "weir.io/certificate-source";
    private static final String ROOTS_SOURCE = "weir.io/roots-source";

    /** Annotations that hold what files in a volume say. */
    static final List<String> SOURCES = List.of(TOKEN_SOURCE, CERTIFICATE_SOURCE, ROOTS_SOURCE);

    private static final Template PROXY = Template.beside(SidecarContainers.class, "proxy.yaml");
    private static final Template NATIVE = Template.beside(SidecarContainers.class, "native.yaml");
    private static final Template CLASSIC = Template.beside(SidecarContainers.class, "classic.yaml");
    private static final Template INIT = Template.beside(SidecarContainers.class, "init.yaml");
    private static final Template TOKEN_VOLUMES = Template.beside(SidecarContainers.class, "volumes-token.yaml");
    private static final Template CERTIFICATE_VOLUMES =
            Template.beside(SidecarContainers.class, "volumes-certificate.yaml");
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

    /** Tells the proxy as what the pod shows in traces, where there is a collector. */
    void name(ObjectNode proxy, PodTree pod) {
        if (settings.openTelemetry() != null && proxy.path("env") instanceof ArrayNode env) {
            env.addObject()
                    .put("name", OpenTelemetryNames.SERVICE_NAME_VARIABLE)
                    .put("value", ServiceName.of(pod));
            env.addObject()
                    .put("name", OpenTelemetryNames.RESOURCE_VARIABLE)
                    .put(
                            "value",
                            OpenTelemetryNames.SERVICE_NAME + "=$(" + OpenTelemetryNames.SERVICE_NAME_VARIABLE
                                    + "),service.namespace=$(POD_NAMESPACE),k8s.namespace.name=$(POD_NAMESPACE)"
                                    + ",k8s.pod.name=$(POD_NAME)");
        }
    }

    ObjectNode init(InterceptionRules rules) {
        return INIT.fill(Map.of("image", settings.images().init(), "script", rules.script(), "resources", resources()));
    }

    ArrayNode volumes() {
        Map<String, String> roots = Map.of(
                "roots_key", Sidecar.ROOTS_KEY,
                "roots_file", EnvoyBootstrap.ROOTS_FILE,
                "roots_source", "metadata.annotations['" + ROOTS_SOURCE + "']");
        Map<String, String> values = new LinkedHashMap<>(roots);
        Template template = switch (settings.credential()) {
            case TOKEN -> {
                values.put("audience", Sidecar.TOKEN_AUDIENCE);
                values.put("roots_config_map", Sidecar.ROOTS_CONFIG_MAP);
                values.put("token_file", EnvoyBootstrap.TOKEN_FILE);
                values.put("token_source", "metadata.annotations['" + TOKEN_SOURCE + "']");
                yield TOKEN_VOLUMES;
            }
            case CERTIFICATE -> {
                values.put("signer", Sidecar.POD_CERTIFICATE_SIGNER);
                values.put("bundle_file", Sidecar.BUNDLE_FILE);
                values.put("trust_bundle", Sidecar.TRUST_BUNDLE);
                values.put("certificate_file", EnvoyBootstrap.CERTIFICATE_FILE);
                values.put("certificate_source", "metadata.annotations['" + CERTIFICATE_SOURCE + "']");
                yield CERTIFICATE_VOLUMES;
            }
        };
        return (ArrayNode) template.fill(values).get(PodTree.VOLUMES);
    }

    /** Writes down, in annotations, what the volumes' files say. */
    void annotate(PodTree pod) {
        switch (settings.credential()) {
            case TOKEN -> pod.annotate(TOKEN_SOURCE, EnvoyBootstrap.tokenSource());
            case CERTIFICATE -> pod.annotate(CERTIFICATE_SOURCE, EnvoyBootstrap.certificateSource());
        }
        pod.annotate(ROOTS_SOURCE, EnvoyBootstrap.rootsSource());
    }

    /** With what the sidecar of a pod proves who it is. */
    static Credential credential(PodTree pod) {
        ObjectNode volume = pod.entry(PodTree.VOLUMES, Sidecar.CREDENTIALS_VOLUME);
        if (volume != null) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.has("podCertificate")) {
                    return Credential.CERTIFICATE;
                }
            }
        }
        return Credential.TOKEN;
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
