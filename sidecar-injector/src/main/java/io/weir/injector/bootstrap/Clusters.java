package io.weir.injector.bootstrap;

import io.weir.injector.template.Template;
import io.weir.smi.wellknown.Sidecar;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The clusters of a pod's bootstrap. */
final class Clusters {

    private static final Template XDS = Template.beside(Clusters.class, "cluster-xds.yaml");
    private static final Template ADMIN = Template.beside(Clusters.class, "cluster-admin.yaml");
    private static final Template APP = Template.beside(Clusters.class, "cluster-app.yaml");
    private static final Template HTTP = Template.beside(Clusters.class, "http.yaml");
    private static final Template HTTPS = Template.beside(Clusters.class, "https.yaml");
    private static final Template HTTP2 = Template.beside(Clusters.class, "http2.yaml");
    private static final Template TLS = Template.beside(Clusters.class, "tls-unverified.yaml");
    private static final Template CHECK = Template.beside(Clusters.class, "health-check.yaml");

    static final String APP_METRICS = "weir-app-metrics";

    private Clusters() {}

    static ObjectNode xds(String host, String serverName) {
        return XDS.fill(Map.of(
                "xds_host",
                host,
                "xds_port",
                Sidecar.XDS_PORT,
                "xds_name",
                serverName,
                "roots_source",
                Sidecar.CREDENTIALS_PATH + "/" + EnvoyBootstrap.ROOTS_FILE,
                "token_source",
                Sidecar.CREDENTIALS_PATH + "/" + EnvoyBootstrap.TOKEN_FILE,
                "credentials_folder",
                Sidecar.CREDENTIALS_PATH));
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
