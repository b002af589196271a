package io.weir.controlplane.xds.simulate;

import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static io.weir.controlplane.model.TestMesh.tcp;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.TestMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Small meshes in which rules meet: few names, so that they overlap. The same seed makes the same mesh. */
final class RandomMesh {

    static final List<String> SERVICES = List.of("shop/store", "shop/v1", "shop/v2");
    static final List<String> WORKLOADS = List.of("shop/store", "shop/v1", "shop/v2", "shop/buyer", "shop/v1-b");
    static final List<String> PATHS =
            List.of("/api", "/api/x", "/admin", "/", "//api/../admin", "/a%2Fb", "/api?x=/admin");
    static final List<String> METHODS = List.of("GET", "POST", "PROPFIND");
    static final int HTTP_PORT = 80;
    static final int TCP_PORT = 9000;

    private final Random random;

    RandomMesh(long seed) {
        random = new Random(seed);
    }

    TestMesh mesh() {
        TestMesh mesh = new TestMesh();
        for (String service : SERVICES) {
            mesh.service(service, HTTP_PORT, AppProtocol.HTTP).service(service, TCP_PORT, AppProtocol.TCP);
        }
        mesh.workload("shop/store", mode(), "shop/store")
                .workload("shop/v1", mode(), "shop/v1")
                .workload("shop/buyer", Mode.DENY)
                .workload("shop/v1-b", "shop/buyer", mode(), random.nextBoolean() ? "shop/v1" : "shop/store");
        // Sometimes nobody is behind v2, sometimes an app without a sidecar.
        mesh.workload("shop/v2", mode(), random.nextInt(3) > 0 ? new String[] {"shop/v2"} : new String[0]);
        if (random.nextInt(4) == 0) {
            mesh.endpoint(tcp("shop/v1", HTTP_PORT), new Endpoint("127.0.0.1", 7000, false))
                    .endpoint(tcp("shop/v1", TCP_PORT), new Endpoint("127.0.0.1", 7001, false));
        }
        splits(mesh, HTTP_PORT);
        splits(mesh, TCP_PORT);
        for (int i = random.nextInt(5); i > 0; i--) {
            grant(mesh, i);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            mesh.audit(pick(WORKLOADS.subList(0, 4)), grant("shop/audited" + i));
        }
        return mesh;
    }

    Call call() {
        Call call = Call.get(pick(PATHS)).method(pick(METHODS));
        for (int i = random.nextInt(3); i > 0; i--) {
            call = call.header("X-User", pick(List.of("a", "b", "")));
        }
        return call.authority(pick(List.of("store.shop", "v1", "STORE")));
    }

    String workload() {
        return pick(WORKLOADS);
    }

    String service() {
        return pick(SERVICES);
    }

    private Mode mode() {
        return random.nextInt(5) == 0 ? Mode.PERMISSIVE : Mode.DENY;
    }

    private void splits(TestMesh mesh, int port) {
        if (port == HTTP_PORT && random.nextBoolean()) {
            mesh.split(tcp("shop/store", port), matches(), shares());
        }
        if (random.nextBoolean()) {
            mesh.split(tcp("shop/store", port), List.of(), shares());
        }
    }

    private String[] shares() {
        List<String> shares = new ArrayList<>();
        for (String service : SERVICES) {
            if (random.nextBoolean()) {
                shares.add(service + "=" + (1 + random.nextInt(10)));
            }
        }
        return shares.toArray(String[]::new);
    }

    private List<RequestMatch> matches() {
        List<RequestMatch> matches = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            HeaderMatch[] headers = random.nextInt(3) > 0
                    ? new HeaderMatch[0]
                    : new HeaderMatch[] {
                        pick(List.of(
                                new HeaderMatch("x-user", "a|a,b"),
                                new HeaderMatch("x-user", ".*"),
                                new HeaderMatch(":authority", "(?i)store.*")))
                    };
            matches.add(match(path(), pick(List.of("", "GET", "GET POST")), headers));
        }
        return matches;
    }

    private @Nullable String path() {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> "(?:/api).*";
            case 2 -> "(?:/a).*";
            default -> "(?:.*).*";
        };
    }

    private void grant(TestMesh mesh, int number) {
        mesh.grant(pick(WORKLOADS.subList(0, 4)), grant("shop/t" + number % 2));
    }

    private Grant grant(String name) {
        PortScope ports = switch (random.nextInt(3)) {
            case 0 -> new PortScope.Only(new TreeSet<>(List.of(HTTP_PORT)));
            case 1 -> new PortScope.Only(new TreeSet<>());
            default -> new PortScope.All();
        };
        var sources = TestMesh.accounts(pick(WORKLOADS.subList(0, 4)), pick(WORKLOADS.subList(0, 4)));
        return random.nextInt(3) == 0
                ? new Grant.Stream(target(name), sources, ports)
                : new Grant.Http(target(name), sources, ports, matches());
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
