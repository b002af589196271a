package io.weir.e2e.node;

import java.util.List;

/**
 * A Deployment of the echo program, of examples/echo, with an account of its own name: HTTP at 8080, its statistics at
 * 9102.
 *
 * @param calls URLs that it calls all the time
 * @param rate calls a second, of each URL
 * @param annotations of its pods, as YAML: {@code weir.io/sidecar-style: classic}
 */
record EchoApp(String name, String version, int replicas, List<String> calls, int rate, String annotations) {

    static final String IMAGE = "weir/echo:0.1.0-SNAPSHOT";

    static EchoApp serving(String name) {
        return new EchoApp(name, "v1", 1, List.of(), 0, "");
    }

    static EchoApp calling(String name, int rate, String... urls) {
        return new EchoApp(name, "v1", 1, List.of(urls), rate, "");
    }

    EchoApp version(String other) {
        return new EchoApp(name, other, replicas, calls, rate, annotations);
    }

    EchoApp replicas(int count) {
        return new EchoApp(name, version, count, calls, rate, annotations);
    }

    EchoApp annotated(String yaml) {
        return new EchoApp(name, version, replicas, calls, rate, yaml);
    }

    /** ServiceAccount, Deployment and a Service with port 80; {@code app} is the label and the container. */
    String manifests() {
        return """
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: %1$s}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec: {selector: {app: %1$s}, ports: [{name: http, port: 80, targetPort: http}]}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
                  template:
                    metadata: {labels: {app: %1$s, version: %3$s}, annotations: {%4$s}}
                    spec: %5$s
                """.formatted(name, replicas, version, annotations, podSpec());
    }

    /** As JSON, which is YAML in one line. */
    String podSpec() {
        StringBuilder arguments = new StringBuilder("python3, /opt/echo/echo.py, serve");
        for (String call : calls) {
            arguments.append(", --call, \"").append(call).append('"');
        }
        arguments.append(", --rate, \"").append(rate).append('"');
        return """
                {serviceAccountName: %1$s, terminationGracePeriodSeconds: 30, containers: [{name: app, image: "%2$s", \
                command: [%3$s], env: [{name: HOST, value: 0.0.0.0}, {name: PORT_HTTP, value: "8080"}, \
                {name: PORT_STATS, value: "9102"}, {name: APP, value: %1$s}, {name: VERSION, value: %4$s}], \
                ports: [{name: http, containerPort: 8080}, {name: stats, containerPort: 9102}], \
                readinessProbe: {httpGet: {path: /healthz, port: http}, periodSeconds: 1}, \
                lifecycle: {preStop: {sleep: {seconds: 5}}}}]}\
                """.formatted(name, IMAGE, arguments, version);
    }
}
