package io.weir.controlplane.standalone;

import io.weir.controlplane.model.Telemetry;
import io.weir.smi.wellknown.EdgeStats;
import io.weir.smi.wellknown.MetricsExport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that a bootstrap depends on.
 *
 * @param node {@code namespace/workload}
 * @param account {@code namespace/serviceaccount}
 * @param sidecarAddress source of every upstream connection
 * @param xdsHost an IP address
 * @param xdsName the DNS name in the xDS server's certificate
 * @param files where its credentials and its admin socket are
 * @param runtime runtime keys and values
 * @param metrics the collector that it sends metrics to; null: none
 * @param telemetry what it is to count, and push to the control plane
 */
record EnvoyBootstrap(
        String node,
        String account,
        String sidecarAddress,
        String xdsHost,
        int xdsPort,
        String xdsName,
        Files files,
        SortedMap<String, Object> runtime,
        @Nullable MetricsExport metrics,
        Telemetry telemetry) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern HOLE = Pattern.compile("\\$\\{([a-z_]+)}");
    private static final String SECRET = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    EnvoyBootstrap {
        runtime = new TreeMap<>(runtime);
    }

    /**
     * The files that an Envoy reads beside its bootstrap.
     *
     * @param folder of this proxy alone: the token and the descriptions of both secrets are there
     * @param roots PEM certificates; replaced by rename when they change
     */
    record Files(Path folder, Path roots) {

        /** A socket's path is limited to 107 bytes by the kernel, a folder's is not. */
        private static final int LONGEST_SOCKET_PATH = 107;

        private static final String ADMIN_SOCKET = "admin.sock";

        /** Relative to the working directory, which is {@link #folder}, where the absolute path is too long. */
        Path adminSocket() {
            Path absolute = folder.resolve(ADMIN_SOCKET);
            boolean fits = absolute.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_PATH;
            return fits ? absolute : Path.of(ADMIN_SOCKET);
        }

        /** The same socket, for whoever has another working directory than the process. */
        Path adminSocketOf(long pid) {
            Path socket = adminSocket();
            return socket.isAbsolute() ? socket : Path.of("/proc/" + pid + "/cwd", ADMIN_SOCKET);
        }

        Path token() {
            return folder.resolve("credential/token");
        }

        Path tokenSource() {
            return folder.resolve("credential/token.json");
        }

        Path rootsSource() {
            return folder.resolve("credential/roots.json");
        }
    }

    /** @param replica one that has a sidecar */
    static EnvoyBootstrap of(
            DesiredReplica replica, DesiredReplicas desired, Files files, SortedMap<String, Object> runtime) {
        int colon = desired.xds().lastIndexOf(':');
        DesiredReplicas.MetricsCollector metrics = desired.metrics();
        return new EnvoyBootstrap(
                replica.key(),
                replica.namespace() + "/" + replica.serviceAccount(),
                Objects.requireNonNull(replica.sidecarAddress(), replica.key()),
                desired.xds().substring(0, colon),
                Integer.parseInt(desired.xds().substring(colon + 1)),
                "weir-xds." + desired.trustDomain(),
                files,
                runtime,
                metrics == null ? null : metrics.of(replica),
                desired.telemetry());
    }

    /** The bootstrap as YAML. */
    String yaml() {
        boolean counts = telemetry != Telemetry.UNAVAILABLE;
        Map<String, Object> values = Map.ofEntries(
                Map.entry("node_id", node),
                Map.entry("node_cluster", account),
                Map.entry("admin_socket", files.adminSocket().toString()),
                Map.entry("sidecar_address", sidecarAddress),
                Map.entry("xds_host", xdsHost),
                Map.entry("xds_port", xdsPort),
                Map.entry("xds_name", xdsName),
                Map.entry("roots_source", files.rootsSource().toString()),
                Map.entry("token_source", files.tokenSource().toString()),
                Map.entry(
                        "token_folder",
                        Objects.requireNonNull(files.token().getParent()).toString()),
                Map.entry("telemetry", counts),
                Map.entry("latency_buckets", EdgeStats.LATENCY_BUCKETS_MS),
                Map.entry("runtime", runtime),
                Map.entry("tap_layer", new Entry(counts ? template("tap-layer.yaml") : "")),
                Map.entry("push_sink", new Entry(counts ? template("push-sink.yaml") : "")),
                Map.entry("more_clusters", entry(metrics == null ? null : metrics.cluster())),
                Map.entry("more_sinks", entry(metrics == null ? null : metrics.sink())));
        // A JSON value is a YAML value whatever is in it.
        return HOLE.matcher(template("bootstrap.yaml")).replaceAll(hole -> {
            Object value = Objects.requireNonNull(values.get(hole.group(1)), hole.group());
            return Matcher.quoteReplacement(
                    value instanceof Entry(String yaml) ? yaml : JSON.writeValueAsString(value));
        });
    }

    /** Lines of the file: one more entry of a list, or nothing. */
    private record Entry(String yaml) {}

    private static Entry entry(@Nullable String json) {
        return new Entry(json == null ? "" : "- " + json);
    }

    /** The token's file-based secret. Envoy reads the file again when something is renamed in its folder. */
    String tokenSecret() {
        return secret("weir-xds-token", "generic_secret", Map.of("secret", file(files.token())));
    }

    /** The roots' file-based secret. */
    String rootsSecret() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("trusted_ca", file(files.roots()));
        context.put(
                "watched_directory",
                Map.of("path", Objects.requireNonNull(files.roots().getParent()).toString()));
        return secret("weir-xds-roots", "validation_context", context);
    }

    /**
     * What a token's file holds. The word Bearer is there because Envoy 1.36 can't add it; no newline, because with
     * one it sends no request at all.
     */
    static String tokenFile(ProxyTokens.ProxyToken token) {
        return "Bearer " + token.value().strip();
    }

    private static Map<String, Object> file(Path path) {
        return Map.of("filename", path.toString());
    }

    private static String secret(String name, String kind, Map<String, Object> value) {
        Map<String, Object> secret = new LinkedHashMap<>();
        secret.put("@type", SECRET);
        secret.put("name", name);
        secret.put(kind, value);
        return JSON.writeValueAsString(Map.of("resources", List.of(secret)));
    }

    private static String template(String name) {
        try (InputStream in = Objects.requireNonNull(EnvoyBootstrap.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + " is part of this jar", e);
        }
    }
}
