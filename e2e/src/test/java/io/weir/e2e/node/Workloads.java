package io.weir.e2e.node;

/** Servers of several kinds under the account {@code server}, which {@code client} may call and {@code thief} may not. */
final class Workloads {

    private static final String ECHO = "command: [python3, /opt/echo/echo.py, serve%s]";

    private Workloads() {}

    static String all(String namespace) {
        return access(namespace)
                + services()
                + statefulSet()
                + deployment(
                        "web", "server", ECHO.formatted(", --http, \"8080\""), "httpGet: {path: /healthz, port: 8080}")
                + deployment(
                        "rpc", "server", "command: [python3, /programs/rpc.py, serve, \"9090\"]", "grpc: {port: 9090}")
                + deployment("client", "client", ECHO.formatted(", --http, \"8080\""), "tcpSocket: {port: 8080}")
                + deployment("thief", "thief", ECHO.formatted(", --http, \"8080\""), "tcpSocket: {port: 8080}")
                + jobs();
    }

    private static String access(String namespace) {
        return """
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: server}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: client}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: thief}
                ---
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: all}
                spec: {matches: [{name: all, methods: ["*"], pathRegex: ".*"}]}
                ---
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: TCPRoute
                metadata: {name: stream}
                spec: {matches: {ports: [9000]}}
                ---
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {name: requests}
                spec:
                  destination: {kind: ServiceAccount, name: server, namespace: %1$s}
                  rules: [{kind: HTTPRouteGroup, name: all}]
                  sources: [{kind: ServiceAccount, name: client, namespace: %1$s}]
                ---
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {name: streams}
                spec:
                  destination: {kind: ServiceAccount, name: server, namespace: %1$s}
                  rules: [{kind: TCPRoute, name: stream}]
                  sources: [{kind: ServiceAccount, name: client, namespace: %1$s}]
                """.formatted(namespace);
    }

    private static String services() {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: db}
                spec:
                  clusterIP: None
                  selector: {app: db}
                  ports: [{name: tcp, port: 9000}, {name: http, port: 8080}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: banner}
                spec: {selector: {app: db}, ports: [{name: tcp, port: 9000}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: rpc}
                spec: {selector: {app: rpc}, ports: [{name: grpc, port: 9090}]}
                """;
    }

    private static String statefulSet() {
        return """
                ---
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db}
                spec:
                  replicas: 2
                  podManagementPolicy: Parallel
                  serviceName: db
                  selector: {matchLabels: {app: db}}
                  template: %s
                """.formatted(template(
                "db",
                "server",
                ECHO.formatted(", --http, \"8080\", --tcp, \"9000\", --banner, hello"),
                "httpGet: {path: /healthz, port: 8080}"));
    }

    private static String deployment(String name, String account, String command, String probe) {
        return """
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec: {selector: {matchLabels: {app: %1$s}}, template: %2$s}
                """.formatted(name, template(name, account, command, probe));
    }

    private static String template(String name, String account, String command, String probe) {
        return "{metadata: {labels: {app: %s}}, spec: {serviceAccountName: %s, terminationGracePeriodSeconds: 1, %s, containers: [%s]}}"
                .formatted(
                        name,
                        account,
                        TestPrograms.volume(),
                        container(command) + ", readinessProbe: {" + probe + ", periodSeconds: 1}}");
    }

    private static String container(String command) {
        return "{name: app, image: '%s', env: [{name: HOST, value: 0.0.0.0}], %s, %s"
                .formatted(EchoApp.IMAGE, command, TestPrograms.mount());
    }

    /** Their app calls the mesh until it is answered, and ends. */
    private static String jobs() {
        String pod = "template: {spec: {serviceAccountName: client, restartPolicy: Never, containers: [%s}]}}"
                .formatted(container(
                                "command: [curl, -sf, --retry, \"30\", --retry-all-errors, --retry-delay, \"1\", \"http://web/\"]")
                        .replace(", " + TestPrograms.mount(), ""));
        return """
                ---
                apiVersion: batch/v1
                kind: Job
                metadata: {name: once}
                spec: {backoffLimit: 0, %1$s}
                ---
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: nightly}
                spec: {schedule: "0 3 * * *", jobTemplate: {spec: {backoffLimit: 0, %1$s}}}
                """.formatted(pod);
    }
}
