package io.weir.controlplane.reference;

import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.directory.ManifestFiles;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Manifests as text, short to write; names are {@code namespace/name} or a name in {@code shop}. */
public final class Yaml {

    private static final String SPECS = "specs.smi-spec.io/v1alpha4";

    private Yaml() {}

    /** The state of a mesh of these documents. */
    public static ClusterState state(String... documents) {
        return ManifestFiles.parse(new TreeMap<>(Map.of("mesh.yaml", String.join("---\n", documents))));
    }

    /** @param spec flow mapping, such as {@code {ports: [{port: 80}]}} */
    public static String object(String apiVersion, String kind, String name, String spec) {
        return object(apiVersion, kind, name, "", spec);
    }

    /** @param metadata more entries, such as {@code , labels: {app: web}} */
    public static String object(String apiVersion, String kind, String name, String metadata, String spec) {
        String[] parts = name.contains("/") ? name.split("/", 2) : new String[] {"shop", name};
        return "apiVersion: %s%nkind: %s%nmetadata: {namespace: %s, name: %s%s}%n%s%n"
                .formatted(apiVersion, kind, parts[0], parts[1], metadata, spec)
                .replace("\r\n", "\n");
    }

    /** A Service that selects {@code app: <name>}; ports are flow mappings: name, port, targetPort. */
    public static String service(String name, String... ports) {
        return serviceFor(name, name.substring(name.indexOf('/') + 1), ports);
    }

    /** A Service that selects {@code app: <app>}. */
    public static String serviceFor(String name, String app, String... ports) {
        return object("v1", "Service", name, "spec: {selector: {app: " + app + "}, ports: [" + list(ports) + "]}");
    }

    /** A Workload labelled {@code app: <name>}. */
    public static String workload(String name, String account, String... ports) {
        return workloadFor(name, name.substring(name.indexOf('/') + 1), account, ports);
    }

    /** A Workload labelled {@code app: <app>}. */
    public static String workloadFor(String name, String app, String account, String... ports) {
        return object(
                "weir.io/v1alpha1",
                "Workload",
                name,
                ", labels: {app: " + app + "}",
                "spec: {serviceAccount: " + account + ", ports: [" + list(ports) + "]}");
    }

    /** @param matches as {@code {name: api, pathRegex: /api, methods: [GET]}} */
    public static String group(String name, String... matches) {
        return object(SPECS, "HTTPRouteGroup", name, "spec: {matches: [" + list(matches) + "]}");
    }

    public static String tcpRoute(String name, Integer... ports) {
        return object(SPECS, "TCPRoute", name, "spec: {matches: {ports: " + List.of(ports) + "}}");
    }

    public static String udpRoute(String name, Integer... ports) {
        return object(SPECS, "UDPRoute", name, "spec: {matches: {ports: " + List.of(ports) + "}}");
    }

    /**
     * @param sources account names, {@code namespace/name} or a name in the target's own
     * @param rules as {@code HTTPRouteGroup/routes#api,metrics}
     */
    public static String target(String name, String destination, List<String> sources, String... rules) {
        String subjects = String.join(", ", sources.stream().map(Yaml::subject).toList());
        String list = String.join(", ", List.of(rules).stream().map(Yaml::rule).toList());
        return object(
                "access.smi-spec.io/v1alpha3",
                "TrafficTarget",
                name,
                "spec: {destination: " + subject(destination) + ", sources: [" + subjects + "], rules: [" + list
                        + "]}");
    }

    /** The same target with the annotation {@code weir.io/audit}. */
    public static String audited(String target, String value) {
        return target.replaceFirst("metadata: \\{", "metadata: {annotations: {weir.io/audit: '" + value + "'}, ");
    }

    /** @param backends as {@code v1=90} */
    public static String split(String name, String root, String... backends) {
        return splitWhere(name, root, List.of(), backends);
    }

    /** A split of what these route groups match. */
    public static String splitWhere(String name, String root, List<String> groups, String... backends) {
        String list = String.join(
                ", ",
                List.of(backends).stream()
                        .map(backend -> "{service: " + backend.replace("=", ", weight: ") + "}")
                        .toList());
        String matches = String.join(
                ", ",
                groups.stream()
                        .map(group -> "{kind: HTTPRouteGroup, name: " + group + "}")
                        .toList());
        return object(
                "split.smi-spec.io/v1alpha4",
                "TrafficSplit",
                name,
                "spec: {service: " + root + ", backends: [" + list + "]"
                        + (groups.isEmpty() ? "" : ", matches: [" + matches + "]") + "}");
    }

    private static String subject(String name) {
        String[] parts = name.split("/", 2);
        return parts.length == 1
                ? "{kind: ServiceAccount, name: " + name + "}"
                : "{kind: ServiceAccount, namespace: " + parts[0] + ", name: " + parts[1] + "}";
    }

    private static String rule(String rule) {
        String[] parts = rule.split("[/#]", 3);
        return "{kind: " + parts[0] + ", name: " + parts[1] + (parts.length == 3 ? ", matches: [" + parts[2] + "]" : "")
                + "}";
    }

    private static String list(String[] elements) {
        return String.join(", ", elements);
    }
}
