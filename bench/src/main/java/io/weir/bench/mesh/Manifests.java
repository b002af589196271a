package io.weir.bench.mesh;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is the same in a folder and in a cluster, as YAML. */
public record Manifests(Shape shape) {

    static final int PORT = 80;
    static final int APP_PORT = 8080;

    /** The namespace of what changes. */
    static final String FIRST = "bench-0";

    static final String MOVING = "moving";

    /** Weight of the backend whose share does not change. */
    private static final int OTHER_WEIGHT = 1_000;

    /** All weights are written with as many digits, and are encoded in as many bytes. */
    private static final int FIRST_WEIGHT = 100_000;

    /** A Service, and the set behind it. */
    record Service(String namespace, String name, int set) {}

    /** The weight that the backend {@code front-a} has in a round. */
    public static int weight(int round) {
        return FIRST_WEIGHT + round;
    }

    /** Where the endpoint of {@code moving} is after so many moves: in the block that RFC 2544 keeps for benchmarks. */
    public static String address(int moves) {
        return "198." + (18 + (moves >> 16)) + "." + ((moves >> 8) & 255) + "." + (moves & 255);
    }

    static String each(int count, IntFunction<String> manifest) {
        return IntStream.range(0, count).mapToObj(manifest).collect(Collectors.joining("---\n"));
    }

    /** All but the one whose endpoint moves. */
    List<Service> services() {
        List<Service> services = new ArrayList<>();
        for (String front : List.of("front", "front-a", "front-b")) {
            services.add(new Service(FIRST, front, 0));
        }
        for (int i = 0; i < shape.quietServices(); i++) {
            int set = shape.setOfService(i);
            services.add(new Service(shape.namespace(shape.accountOfSet(set)), "svc-" + i, set));
        }
        return services;
    }

    String namespaces() {
        return each(shape.namespaces(), """
                apiVersion: v1
                kind: Namespace
                metadata: {name: bench-%d}
                """::formatted);
    }

    String accounts() {
        return each(shape.accounts(), account -> """
                apiVersion: v1
                kind: ServiceAccount
                metadata: {namespace: %s, name: account-%d}
                """.formatted(shape.namespace(account), account));
    }

    /** @param selector of the pods or workloads behind it, in braces */
    static String service(String namespace, String name, String selector) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {namespace: %s, name: %s}
                spec: {selector: %s, ports: [{name: http, port: %d, targetPort: %d}]}
                """.formatted(namespace, name, selector, PORT, APP_PORT);
    }

    String grants() {
        return each(shape.accounts(), this::grant);
    }

    private String grant(int account) {
        String sources = IntStream.range(0, shape.accounts())
                .filter(caller -> shape.mayCall(caller, account))
                .mapToObj(caller -> "{kind: ServiceAccount, namespace: %s, name: account-%d}"
                        .formatted(shape.namespace(caller), caller))
                .collect(Collectors.joining(", "));
        String namespace = shape.namespace(account);
        return """
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {namespace: %s, name: account-%d}
                spec: {matches: [{name: all, pathRegex: /.*, methods: ["*"]}]}
                ---
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {namespace: %s, name: account-%d}
                spec:
                  destination: {kind: ServiceAccount, namespace: %s, name: account-%d}
                  sources: [%s]
                  rules: [{kind: HTTPRouteGroup, name: account-%d}]
                """.formatted(namespace, account, namespace, account, namespace, account, sources, account);
    }

    static String split(int round) {
        return """
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {namespace: %s, name: front}
                spec: {service: front, backends: [{service: front-a, weight: %d}, {service: front-b, weight: %d}]}
                """.formatted(FIRST, weight(round), OTHER_WEIGHT);
    }
}
