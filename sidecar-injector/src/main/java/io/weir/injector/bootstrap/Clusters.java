package io.weir.injector.bootstrap;

import io.weir.injector.template.Template;
import io.weir.smi.wellknown.Sidecar;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The clusters of a pod's bootstrap. */
final class Clusters {

    private static final Template XDS = Template.beside(Clusters.class, "cluster-xds.yaml");
    private static final Template XDS_TOKEN = Template.beside(Clusters.class, "xds-token.yaml");
    private static final Template XDS_CERTIFICATE = Template.beside(Clusters.class, "xds-certificate.yaml");
    private static final Template AGED = Template.beside(Clusters.class, "telemetry-aged.yaml");
    private static final Template ADMIN = Template.beside(Clusters.class, "cluster-admin.yaml");
    private static final Template APP = Template.beside(Clusters.class, "cluster-app.yaml");
    private static final Template HTTP = Template.beside(Clusters.class, "http.yaml");
    private static final Template HTTPS = Template.beside(Clusters.class, "https.yaml");
    private static final Template HTTP2 = Template.beside(Clusters.class, "http2.yaml");
    private static final Template TLS = Template.beside(Clusters.class, "tls-unverified.yaml");
    private static final Template CHECK = Template.beside(Clusters.class, "health-check.yaml");

    private static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    static final String APP_METRICS = "weir-app-metrics";

    private Clusters() {}

    static ObjectNode xds(EnvoyBootstrap bootstrap) {
        return weir(
                "weir-xds", bootstrap.xdsHost(), Sidecar.XDS_PORT, bootstrap.xdsServerName(), bootstrap.credential());
    }

    static ObjectNode telemetry(EnvoyBootstrap bootstrap, TelemetrySink sink) {
        ObjectNode cluster =
                weir("weir-telemetry", sink.host(), sink.port(), sink.serverName(), bootstrap.credential());
        if (bootstrap.credential() == Credential.CERTIFICATE) {
            ((ObjectNode) cluster.at("/typed_extension_protocol_options/" + HTTP_OPTIONS)).setAll(AGED.fill(Map.of()));
        }
        // While nobody knows its name sidecars start all the same: Envoy would wait for it before it asks for anything
        // else.
        return cluster.put("wait_for_warm_on_init", false);
    }

    /** A server of Weir's, and how the sidecar proves to it who it is. */
    private static ObjectNode weir(String name, String host, int port, String serverName, Credential credential) {
        ObjectNode cluster = XDS.fill(Map.of(
                "cluster",
                name,
                "xds_host",
                host,
                "xds_port",
                port,
                "xds_name",
                serverName,
                "roots_source",
                inCredentials(EnvoyBootstrap.ROOTS_FILE)));
        switch (credential) {
            case TOKEN ->
                ((ObjectNode) cluster.at("/typed_extension_protocol_options/" + HTTP_OPTIONS))
                        .setAll(XDS_TOKEN.fill(Map.of(
                                "token_source",
                                inCredentials(EnvoyBootstrap.TOKEN_FILE),
                                "credentials_folder",
                                Sidecar.CREDENTIALS_PATH)));
            case CERTIFICATE ->
                ((ObjectNode) cluster.at("/transport_socket/typed_config/common_tls_context"))
                        .setAll(XDS_CERTIFICATE.fill(
                                Map.of("certificate_source", inCredentials(EnvoyBootstrap.CERTIFICATE_FILE))));
        }
        return cluster;
    }

    private static String inCredentials(String file) {
        return Sidecar.CREDENTIALS_PATH + "/" + file;
    }

    static ObjectNode admin() {
        return ADMIN.fill(Map.of("admin_socket", EnvoyBootstrap.ADMIN_SOCKET));
    }

    static ObjectNode metrics(AppMetrics metrics) {
        return http(app(APP_METRICS, metrics.port(), 5), metrics.tls());
    }

    static ObjectNode probe(Probe probe) {
        Probe.Target target = probe.target();
        ObjectNode app = app(target.cluster(), target.port(), target.timeoutSeconds());
        return switch (probe) {
            case Probe.Http http -> http(app, http.tls());
            case Probe.Tcp tcp -> {
                ObjectNode check = check(target, tcp.periodSeconds());
                check.putObject("tcp_health_check");
                app.putArray("health_checks").add(check);
                yield app;
            }
            case Probe.Grpc rpc -> {
                ObjectNode check = check(target, rpc.periodSeconds());
                ObjectNode grpc = check.putObject("grpc_health_check");
                if (!rpc.service().isEmpty()) {
                    grpc.put("service_name", EnvoyBootstrap.literal(rpc.service()));
                }
                app.putArray("health_checks").add(check);
                app.set("typed_extension_protocol_options", HTTP2.fill(Map.of()));
                yield app;
            }
        };
    }

    private static ObjectNode check(Probe.Target target, int periodSeconds) {
        return CHECK.fill(Map.of("timeout", target.timeoutSeconds() + "s", "interval", periodSeconds + "s"));
    }

    private static ObjectNode http(ObjectNode app, boolean tls) {
        app.set("typed_extension_protocol_options", (tls ? HTTPS : HTTP).fill(Map.of()));
        if (tls) {
            app.set("transport_socket", TLS.fill(Map.of()));
        }
        return app;
    }

    private static ObjectNode app(String name, int port, int timeoutSeconds) {
        return APP.fill(Map.of(
                "name",
                name,
                "port",
                port,
                "timeout",
                Math.max(1, timeoutSeconds) + "s",
                "pod_ip",
                EnvoyBootstrap.POD_IP,
                "from",
                Sidecar.TO_APP_ADDRESS,
                "from_ipv6",
                Sidecar.TO_APP_ADDRESS_6));
    }
}
