package io.weir.injector.bootstrap;

import io.weir.injector.template.Template;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.smi.wellknown.MetricsExport;
import io.weir.smi.wellknown.Sidecar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that a pod's bootstrap depends on. The rest Kubernetes puts in: each {@code $(NAME)} is a variable of the container.
 *
 * @param xdsHost DNS name or address of the control plane
 * @param xdsServerName the DNS name in its certificate
 * @param credential with what the proxy proves who it is
 * @param probes each with a path of its own
 * @param appMetrics null where the app shows none
 * @param telemetry null where nobody wants what it counts
 * @param metrics the OpenTelemetry collector that it sends metrics to; null: none
 */
public record EnvoyBootstrap(
        String xdsHost,
        String xdsServerName,
        Credential credential,
        List<Probe> probes,
        @Nullable AppMetrics appMetrics,
        @Nullable TelemetrySink telemetry,
        @Nullable MetricsExport metrics) {

    /** Where Envoy's admin API is, in the volume {@link Sidecar#RUN_VOLUME}. */
    public static final String RUN_FOLDER = "/var/run/weir";

    /** The file, in the volume {@link Sidecar#CREDENTIALS_VOLUME}, that says where the token is. */
    public static final String TOKEN_FILE = "token.json";

    /** The file, in the same volume, that says where the roots are. */
    public static final String ROOTS_FILE = "roots.json";

    /** The file, in the same volume, that says where key and certificates are. */
    public static final String CERTIFICATE_FILE = "certificate.json";

    static final String ADMIN_SOCKET = RUN_FOLDER + "/admin.sock";
    static final String POD_IP = "$(POD_IP)";

    private static final Template BOOTSTRAP = Template.beside(EnvoyBootstrap.class, "bootstrap.yaml");
    private static final Template TELEMETRY = Template.beside(EnvoyBootstrap.class, "telemetry.yaml");
    private static final Template TAP_LAYER = Template.beside(EnvoyBootstrap.class, "tap-layer.yaml");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public EnvoyBootstrap {
        probes = List.copyOf(probes);
    }

    /** One that pushes nothing. */
    public EnvoyBootstrap(
            String xdsHost,
            String xdsServerName,
            Credential credential,
            List<Probe> probes,
            @Nullable AppMetrics appMetrics) {
        this(xdsHost, xdsServerName, credential, probes, appMetrics, null, null);
    }

    /**
     * The bootstrap, for an argument of a container. JSON, because every pod carries one and it is half as long; all texts
     * are quoted, which an IPv6 address in a YAML file need not be.
     */
    public String json() {
        List<ObjectNode> clusters = new ArrayList<>();
        clusters.add(Clusters.xds(this));
        clusters.add(Clusters.admin());
        if (telemetry != null) {
            clusters.add(Clusters.telemetry(this, telemetry));
        }
        if (metrics != null) {
            clusters.add((ObjectNode) JSON.readTree(metrics.cluster()));
        }
        probes.forEach(probe -> clusters.add(Clusters.probe(probe)));
        if (appMetrics != null) {
            clusters.add(Clusters.metrics(appMetrics));
        }
        ObjectNode bootstrap = BOOTSTRAP.fill(Map.of(
                "node_id",
                "$(POD_NAMESPACE)/$(POD_NAME)",
                "node_cluster",
                "$(POD_NAMESPACE)/$(SERVICE_ACCOUNT)",
                "admin_socket",
                ADMIN_SOCKET,
                "clusters",
                clusters,
                "listeners",
                List.of(Listeners.health(probes), Listeners.metrics(appMetrics)),
                "latency_buckets",
                EdgeStats.LATENCY_BUCKETS_MS));
        if (telemetry != null) {
            ((ObjectNode) bootstrap.get("node")).putObject("metadata").put(Sidecar.TELEMETRY_METADATA, true);
            // Later layers win: what telemetry sets undoes nothing on which enforcement relies.
            ((ArrayNode) bootstrap.at("/layered_runtime/layers")).insert(0, TAP_LAYER.fill(Map.of()));
            bootstrap.setAll(TELEMETRY.fill(Map.of(
                    "push_interval", EdgeStats.PUSH_SECONDS + "s",
                    "eviction_interval", EdgeStats.EVICTION_SECONDS + "s")));
        }
        if (metrics != null) {
            // The interval of the other sink, where there is one; Envoy has one for all.
            bootstrap.put("stats_flush_interval", EdgeStats.PUSH_SECONDS + "s");
            ArrayNode sinks = bootstrap.path("stats_sinks") instanceof ArrayNode others
                    ? others
                    : bootstrap.putArray("stats_sinks");
            sinks.add(JSON.readTree(metrics.sink()));
        }
        return JSON.writeValueAsString(bootstrap);
    }

    /** Whether a container's argument is a bootstrap that pushes what the sidecar counts. */
    public static boolean hasTelemetry(String argument) {
        try {
            return argument.startsWith("{")
                    && JSON.readTree(argument).at("/node/metadata/telemetry").asBoolean(false);
        } catch (JacksonException _) {
            // Another program's argument.
            return false;
        }
    }

    /** What {@link #TOKEN_FILE} says. Envoy takes a renewed token only where a file says this, not its bootstrap. */
    public static String tokenSource() {
        return secret("weir-xds-token", "generic_secret", Map.of("secret", file("token")));
    }

    /** What {@link #CERTIFICATE_FILE} says. */
    public static String certificateSource() {
        Map<String, Object> certificate = new LinkedHashMap<>();
        certificate.put("certificate_chain", file(Sidecar.BUNDLE_FILE));
        certificate.put("private_key", file(Sidecar.BUNDLE_FILE));
        certificate.put("watched_directory", Map.of("path", Sidecar.CREDENTIALS_PATH));
        return secret("weir-xds-certificate", "tls_certificate", certificate);
    }

    /** What {@link #ROOTS_FILE} says. */
    public static String rootsSource() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("trusted_ca", file(Sidecar.ROOTS_KEY));
        context.put("watched_directory", Map.of("path", Sidecar.CREDENTIALS_PATH));
        return secret("weir-xds-roots", "validation_context", context);
    }

    /** A text of the pod's author, which Kubernetes must not take for a variable. */
    static String literal(String text) {
        return text.replace("$", "$$");
    }

    private static Map<String, String> file(String name) {
        return Map.of("filename", Sidecar.CREDENTIALS_PATH + "/" + name);
    }

    private static String secret(String name, String kind, Map<String, ?> value) {
        ObjectNode secret = JSON.createObjectNode()
                .put("@type", "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret")
                .put("name", name)
                .putPOJO(kind, value);
        return JSON.writeValueAsString(Map.of("resources", List.of(secret)));
    }
}
