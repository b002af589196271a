package io.weir.controlplane.reference;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ServiceEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Meshes as people might write them, mistakes included, the same for the same seed: few names, so that objects meet;
 * dangling references, empty lists, old versions, unready and unmeshed workloads, Services that disagree.
 */
public final class RandomMesh {

    private static final List<String> NAMESPACES = List.of("shop", "other");
    private static final List<String> APPS = List.of("web", "v1", "v2", "db");
    private static final List<String> ACCOUNTS = List.of("a", "b", "c");
    private static final List<String> GROUPS = List.of("g1", "g2", "g3");
    private static final List<Integer> PORTS = List.of(80, 90, 8080, 9090);
    private static final List<String> PATHS =
            List.of("/api", "/metrics", "/api/v1", ".*", "api", "^/a", "(/x|/api)$", "");
    private static final List<String> METHODS = List.of("GET", "POST", "PROPFIND", "DELETE");

    /** Who runs unmeshed: an account of its own, so that it is known to be in no certificate. */
    public static final String BARE = "bare";

    private final SplittableRandom random;

    private RandomMesh(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The manifests of one mesh. */
    public static List<String> manifests(long seed) {
        return new RandomMesh(seed).manifests();
    }

    /** Calls that fit the mesh of this seed. */
    public static List<Call> calls(long seed, ClusterState state, int count) {
        return new RandomMesh(~seed).calls(state, count);
    }

    private List<String> manifests() {
        List<String> documents = new ArrayList<>();
        for (String namespace : NAMESPACES) {
            if (chance(30)) {
                documents.add("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + ", "
                        + pick("labels", "annotations") + ": {weir.io/mode: " + pick("deny", "permissive") + "}}\n");
            }
            workloads(namespace, documents);
            APPS.stream().filter(_ -> chance(85)).forEach(app -> documents.add(service(namespace, app)));
            GROUPS.stream().filter(_ -> chance(80)).forEach(group -> documents.add(group(namespace, group)));
            routes(namespace, documents);
            for (int i = random.nextInt(4); i > 0; i--) {
                documents.add(target(namespace, "t" + i));
            }
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                documents.add(split(namespace, "s" + i));
            }
        }
        return documents;
    }

    private void workloads(String namespace, List<String> documents) {
        for (int i = 0; i < 5; i++) {
            boolean bare = chance(12);
            String name = namespace + "/w" + i;
            documents.add(Yaml.object(
                    "weir.io/v1alpha1",
                    "Workload",
                    name,
                    ", labels: {app: " + pick(APPS) + ", all: 'yes'}"
                            + (bare ? ", annotations: {weir.io/inject: disabled}" : ""),
                    "spec: {serviceAccount: " + (bare ? BARE : pick(ACCOUNTS)) + ", address: 127.0."
                            + (namespace.equals("shop") ? 1 : 2) + "." + (i + 1) + ", ready: " + chance(85)
                            + ", ports: [{name: main, port: " + pick(8080, 9090) + "}, {name: http-alt, port: 8000},"
                            + " {name: dns, port: 53, protocol: UDP}]}"));
        }
    }

    private String service(String namespace, String app) {
        List<String> ports = new ArrayList<>();
        for (int port : PORTS) {
            if (chance(70)) {
                String protocol = pick(
                        ", name: http-" + port,
                        ", name: p" + port + ", appProtocol: kubernetes.io/h2c",
                        ", name: tcp-" + port,
                        ", name: x" + port,
                        ", name: http" + port,
                        ", name: http-s" + port + ", appProtocol: https");
                ports.add("{port: " + port + protocol + ", targetPort: "
                        + pick("main", "8080", "8000", "9090", "http-alt") + "}");
            }
        }
        if (chance(40)) {
            ports.add("{port: 53, name: dns, protocol: UDP}");
        }
        String selector = chance(85) ? "app: " + app : "all: 'yes'";
        return Yaml.object(
                "v1",
                "Service",
                namespace + "/" + app,
                "spec: {selector: {" + selector + "}, ports: [" + String.join(", ", ports) + "]}");
    }

    private String group(String namespace, String name) {
        String[] matches = IntStream.range(0, random.nextInt(1, 4))
                .mapToObj(i -> "{name: m" + i
                        + (chance(60) ? ", pathRegex: '" + pick(PATHS) + "'" : "")
                        + (chance(40) ? ", methods: [" + pick("GET", "POST", "'*'", "GET, DELETE") + "]" : "")
                        + (chance(30)
                                ? ", headers: [{" + pick("X-A: 'a.*'", "x-b: b", "Host: '.*shop'", "x-a: '', x-b: b")
                                        + "}]"
                                : "")
                        + "}")
                .toArray(String[]::new);
        return Yaml.group(namespace + "/" + name, matches);
    }

    private void routes(String namespace, List<String> documents) {
        for (String name : List.of("r1", "r2")) {
            if (chance(80)) {
                documents.add(Yaml.tcpRoute(namespace + "/" + name, ports()));
            }
            if (chance(60)) {
                documents.add(Yaml.udpRoute(namespace + "/" + name, chance(50) ? new Integer[] {53} : ports()));
            }
        }
    }

    private Integer[] ports() {
        return PORTS.stream().filter(_ -> chance(35)).toArray(Integer[]::new);
    }

    private String target(String namespace, String name) {
        List<String> sources = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            sources.add((chance(40) ? pick(NAMESPACES) + "/" : "") + pick(ACCOUNTS));
        }
        List<String> rules = new ArrayList<>();
        for (int i = random.nextInt(chance(90) ? 1 : 0, 4); i > 0; i--) {
            rules.add(pick(
                    "TCPRoute/r1",
                    "TCPRoute/r2",
                    "UDPRoute/r1",
                    "UDPRoute/r2",
                    "HTTPRouteGroup/" + pick(GROUPS),
                    "HTTPRouteGroup/" + pick(GROUPS),
                    "HTTPRouteGroup/" + pick(GROUPS) + "#m0,m" + random.nextInt(1, 4)));
        }
        String destination = (chance(30) ? pick(NAMESPACES) + "/" : "") + pick(ACCOUNTS);
        String target = Yaml.target(namespace + "/" + name, destination, sources, rules.toArray(String[]::new));
        if (chance(10)) {
            target = Yaml.audited(target, pick("true", "true", "false", "yes"));
        }
        if (!chance(25)) {
            return target;
        }
        String old = target.replace("v1alpha3", "v1alpha2")
                .replaceAll("\\{kind: UDPRoute[^}]*}", "{kind: TCPRoute, name: r1}");
        return chance(50) ? old : old.replaceFirst("destination: \\{", "destination: {port: " + pick(PORTS) + ", ");
    }

    private String split(String namespace, String name) {
        String[] backends = IntStream.range(0, random.nextInt(5))
                .mapToObj(_ -> (chance(10) ? "ghost" : pick(APPS)) + "=" + pick(0, 1, 10, 90, 90))
                .toArray(String[]::new);
        List<String> groups = chance(45) ? List.of(pick(GROUPS), pick("g1", "ghost")) : List.of();
        String root = pick("web", "web", "web." + namespace, "v1", "web.shop.svc.cluster.local");
        String split = Yaml.splitWhere(namespace + "/" + name, root, groups, backends);
        return chance(70)
                ? split
                : split.replaceFirst(
                        "name: " + name,
                        "creationTimestamp: '20" + random.nextInt(10, 30) + "-01-01T00:00:00Z', name: " + name);
    }

    private List<Call> calls(ClusterState state, int count) {
        List<ServiceEntry> services = state.services().values().stream()
                .filter(service -> !service.ports().isEmpty())
                .toList();
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count && !services.isEmpty(); i++) {
            ServiceEntry one = pick(services);
            ServiceEntry other = pick(services);
            // Most splits root at web.
            ServiceEntry service = other.key().name().equals("web") ? other : one;
            ServiceEntry.Port port = pick(service.ports());
            calls.add(call(service.key(), port.port(), port.transport()));
        }
        return calls;
    }

    private Call call(ServiceKey service, int port, Transport transport) {
        TreeMap<String, String> headers = new TreeMap<>();
        headers.put("host", pick(service.name() + ".shop", "else.where"));
        if (chance(50)) {
            headers.put("x-a", pick("a", "abc", "", "b,a"));
        }
        if (chance(50)) {
            headers.put("x-b", pick("b", "b,b"));
        }
        @Nullable Identity source = chance(92) ? new Identity(pick(NAMESPACES), pick(ACCOUNTS)) : null;
        String path = pick("/", "/api", "/api/v1/x", "/apix", "/metrics", "/x", "/a");
        return new Call(source, service, port, transport, pick(METHODS), path, headers);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    @SafeVarargs
    private <T> T pick(T... options) {
        return options[random.nextInt(options.length)];
    }

    private <T> T pick(List<T> options) {
        return options.get(random.nextInt(options.size()));
    }
}
