package io.weir.e2e;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Writes the manifests that tests need over and over, as a user would write them. */
final class Manifests {

    private Manifests() {}

    /** A workload labelled {@code app: name} under an account of its own name; ports as {@code http:8080}. */
    static String workload(String namespace, String name, String address, String... ports) {
        return workloadAs(namespace, name, name, address, ports);
    }

    /** A workload with a given service account. */
    static String workloadAs(String namespace, String name, String account, String address, String... ports) {
        return """
                apiVersion: weir.io/v1alpha1
                kind: Workload
                metadata: {namespace: %s, name: %s, labels: {app: %s}}
                spec:
                  serviceAccount: %s
                  address: %s
                  ports: [%s]
                """.formatted(
                        namespace,
                        name,
                        name,
                        account,
                        address,
                        list(
                                ports,
                                port -> "{name: %s, port: %s%s}"
                                        .formatted(
                                                portName(port),
                                                port.split(":")[1],
                                                port.startsWith("udp") ? ", protocol: UDP" : "")));
    }

    /** A client: a workload that nothing calls. */
    static String client(String namespace, String name) {
        return workload(namespace, name, "127.0.0.1");
    }

    /** A Service selecting {@code app: <app>}; ports as {@code http:80->8080}. */
    static String service(String namespace, String name, String app, String... ports) {
        return serviceSelecting(namespace, name, "app: " + app, ports);
    }

    /** A Service with any selector. */
    static String serviceSelecting(String namespace, String name, String selector, String... ports) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {namespace: %s, name: %s}
                spec:
                  selector: {%s}
                  ports: [%s]
                """.formatted(
                        namespace,
                        name,
                        selector,
                        list(
                                ports,
                                port -> "{name: %s, port: %s, targetPort: %s%s}"
                                        .formatted(
                                                portName(port),
                                                port.split(":")[1].split("->")[0],
                                                port.contains("->") ? port.split("->")[1] : port.split(":")[1],
                                                port.startsWith("udp") ? ", protocol: UDP" : "")));
    }

    /** A TrafficSplit; backends as {@code v1=90}. */
    static String split(String namespace, String name, String root, String... backends) {
        return """
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {namespace: %s, name: %s}
                spec:
                  service: %s
                  backends: [%s]
                """.formatted(
                namespace,
                name,
                root,
                list(backends, backend -> "{service: %s, weight: %s}".formatted((Object[]) backend.split("="))));
    }

    /** An HTTPRouteGroup; matches as flow maps, {@code {name: all, pathRegex: ".*"}}. */
    static String group(String namespace, String name, String... matches) {
        return """
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {namespace: %s, name: %s}
                spec:
                  matches: [%s]
                """.formatted(namespace, name, String.join(", ", matches));
    }

    /** A TCPRoute. */
    static String tcpRoute(String namespace, String name, Integer... ports) {
        return route("TCPRoute", namespace, name, ports);
    }

    /** A UDPRoute. */
    static String udpRoute(String namespace, String name, Integer... ports) {
        return route("UDPRoute", namespace, name, ports);
    }

    private static String route(String kind, String namespace, String name, Integer... ports) {
        return """
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: %s
                metadata: {namespace: %s, name: %s}
                spec:
                  matches: {ports: %s}
                """.formatted(kind, namespace, name, Arrays.toString(ports));
    }

    /** A TrafficTarget; rules as {@code HTTPRouteGroup/name} or {@code HTTPRouteGroup/name#match}. */
    static String target(String namespace, String name, String account, List<String> sources, String... rules) {
        return """
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {namespace: %s, name: %s}
                spec:
                  destination: {kind: ServiceAccount, name: %s, namespace: %s}
                  sources: [%s]
                  rules: [%s]
                """.formatted(
                        namespace,
                        name,
                        account,
                        namespace,
                        sources.stream()
                                .map(source -> "{kind: ServiceAccount, namespace: %s, name: %s}"
                                        .formatted((Object[]) source.split("/")))
                                .collect(Collectors.joining(", ")),
                        list(rules, Manifests::rule));
    }

    /** Lets everybody listed call the account's workloads on every port. */
    static String allowAll(String namespace, String account, String... sources) {
        return tcpRoute(namespace, "any-to-" + account)
                + "---\n"
                + target(namespace, "any-to-" + account, account, List.of(sources), "TCPRoute/any-to-" + account);
    }

    /** One file of several documents. */
    static String join(String... documents) {
        return String.join("---\n", documents);
    }

    private static String rule(String rule) {
        String[] parts = rule.split("[/#]");
        String matches = parts.length > 2 ? ", matches: [" + parts[2] + "]" : "";
        return "{kind: %s, name: %s%s}".formatted(parts[0], parts[1], matches);
    }

    private static String portName(String port) {
        String[] parts = port.split(":");
        return parts[0] + "-" + parts[1].split("->")[0];
    }

    private static String list(String[] values, UnaryOperator<String> form) {
        return Arrays.stream(values).map(form).collect(Collectors.joining(", "));
    }
}
