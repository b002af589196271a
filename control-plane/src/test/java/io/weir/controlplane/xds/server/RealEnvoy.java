package io.weir.controlplane.xds.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.translate.Envoys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A real Envoy that takes its configuration from an xDS port. */
final class RealEnvoy implements AutoCloseable {

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final Process process;
    private final Path log;
    private final Path adminAddress;

    private RealEnvoy(Process process, Path log, Path adminAddress) {
        this.process = process;
        this.log = log;
        this.adminAddress = adminAddress;
    }

    static RealEnvoy start(String version, Protocol protocol, int xdsPort, String caPem, Path folder)
            throws IOException {
        Path bootstrap = folder.resolve("bootstrap.yaml");
        Path ca = folder.resolve("ca.pem");
        Path log = folder.resolve("envoy.log");
        Path admin = folder.resolve("admin");
        Files.writeString(ca, caPem);
        Files.writeString(
                bootstrap,
                BOOTSTRAP
                        .replace("API_TYPE", protocol == Protocol.DELTA ? "DELTA_GRPC" : "GRPC")
                        .replace("XDS_PORT", "" + xdsPort)
                        .replace("CA_FILE", ca.toString()));
        Process process = new ProcessBuilder(
                        Envoys.binary(version).toString(),
                        "-c",
                        bootstrap.toString(),
                        "--use-dynamic-base-id",
                        "--concurrency",
                        "1",
                        "-l",
                        "warning",
                        "--admin-address-path",
                        admin.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new RealEnvoy(process, log, admin);
    }

    private static final String BOOTSTRAP = """
            node: {id: shop/a, cluster: weir, metadata: {telemetry: true}}
            admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
            dynamic_resources:
              ads_config:
                api_type: API_TYPE
                transport_api_version: V3
                set_node_on_first_message_only: true
                grpc_services: [{envoy_grpc: {cluster_name: xds}, initial_metadata: [{key: user, value: shop/a}]}]
              cds_config: {ads: {}, resource_api_version: V3}
              lds_config: {ads: {}, resource_api_version: V3}
            static_resources:
              clusters:
              - name: xds
                type: STATIC
                typed_extension_protocol_options:
                  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                    explicit_http_config: {http2_protocol_options: {}}
                load_assignment:
                  cluster_name: xds
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: XDS_PORT}}}}]}]
                transport_socket:
                  name: tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                    common_tls_context: {validation_context: {trusted_ca: {filename: "CA_FILE"}}}
            """;

    /** Status and body of a GET through a listener, such as {@code 200 one}; a failure's text if there is no answer. */
    String get(int port) {
        try {
            HttpResponse<String> response = send(URI.create("http://127.0.0.1:" + port + "/"));
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    String admin(String path) {
        try {
            return send(URI.create("http://" + Files.readString(adminAddress) + path))
                    .body();
        } catch (IOException e) {
            return "";
        }
    }

    /** The port that a listener with port 0 was bound to; -1 while there is none. */
    int port(String listener) {
        String json = admin("/listeners?format=json");
        if (json.isEmpty()) {
            return -1;
        }
        JsonElement listeners = JsonParser.parseString(json).getAsJsonObject().get("listener_statuses");
        if (listeners == null) {
            return -1;
        }
        for (JsonElement status : listeners.getAsJsonArray()) {
            if (status.getAsJsonObject().get("name").getAsString().equals(listener)) {
                return status.getAsJsonObject()
                        .getAsJsonObject("local_address")
                        .getAsJsonObject("socket_address")
                        .get("port_value")
                        .getAsInt();
            }
        }
        return -1;
    }

    private HttpResponse<String> send(URI uri) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void until(String what, BooleanSupplier holds) throws InterruptedException {
        Eventually.holds(what, this::log, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("Envoy has ended\n" + log());
            }
            return holds.getAsBoolean();
        });
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        http.close();
    }
}
