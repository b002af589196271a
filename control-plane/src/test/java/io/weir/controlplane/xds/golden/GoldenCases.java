package io.weir.controlplane.xds.golden;

import static io.weir.controlplane.model.TestMesh.accounts;
import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static io.weir.controlplane.model.TestMesh.tcp;
import static io.weir.controlplane.model.TestMesh.udp;
import static io.weir.controlplane.xds.golden.GoldenCase.cluster;
import static io.weir.controlplane.xds.golden.GoldenCase.endpoints;
import static io.weir.controlplane.xds.golden.GoldenCase.listener;
import static io.weir.controlplane.xds.golden.GoldenCase.routes;
import static io.weir.controlplane.xds.golden.GoldenCase.showing;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.TestMesh;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every case. A new one needs a sentence here and a run with {@code -Dgolden.update=true}. */
final class GoldenCases {

    private static final PortScope ALL = new PortScope.All();
    private static final RequestMatch API = match("(?:/api).*", "GET");

    private GoldenCases() {}

    static List<GoldenCase> all() {
        return Stream.of(access(), routing(), split(), streams(), datagrams(), identity(), assignments(), broken())
                .flatMap(List::stream)
                .toList();
    }

    private static TestMesh store(AppProtocol protocol, Mode mode) {
        return new TestMesh()
                .service("shop/store", 80, protocol)
                .service("shop/v2", 80, protocol)
                .workload("shop/store", mode, "shop/store")
                .workload("shop/v2", mode, "shop/v2")
                .workload("shop/buyer", Mode.DENY)
                .workload("shop/buyer-2", "shop/buyer", Mode.DENY);
    }

    private static TestMesh http() {
        return store(AppProtocol.HTTP, Mode.DENY);
    }

    private static GoldenCase access(String name, String why, TestMesh mesh) {
        return showing("access/" + name, why, mesh, "shop/store", routes("inbound/80"));
    }

    private static List<GoldenCase> access() {
        Grant api = new Grant.Http(target("shop/api"), accounts("shop/buyer"), ALL, List.of(API));
        Grant stream = new Grant.Stream(target("shop/tcp"), accounts("shop/buyer"), ALL);
        Grant other = new Grant.Http(target("shop/other"), accounts("shop/v2"), ALL, List.of(match("(?:.*).*", "")));
        Grant secondOfApi = new Grant.Http(target("shop/api"), accounts("shop/v2"), ALL, List.of(match(null, "")));
        Grant elsewhere = new Grant.Stream(
                target("shop/tcp"), accounts("shop/buyer"), new PortScope.Only(new TreeSet<>(List.of(81))));
        RequestMatch exact = match(
                "(?:/api).*",
                "GET POST",
                new HeaderMatch("user-agent", ".*Android.*"),
                new HeaderMatch(":authority", "store"));
        Grant conditions = new Grant.Http(target("shop/api"), accounts("shop/buyer"), ALL, List.of(exact, API));
        return List.of(
                access("nothing-granted", "No grant, so nobody passes (S1).", http()),
                access("one-target", "Who and what stand in one policy (S2).", http().grant("shop/store", api)),
                access(
                        "several-targets",
                        "Targets add up; neither order nor overlap matters (S5).",
                        http().grant("shop/store", api)
                                .grant("shop/store", other)
                                .grant("shop/store", secondOfApi)),
                access(
                        "all-conditions",
                        "Within a match everything must hold, any of several matches suffices (S23).",
                        http().grant("shop/store", conditions)),
                access(
                        "stream-on-http",
                        "HTTP is TCP, so a grant of TCP lets it pass (S13).",
                        http().grant("shop/store", stream)),
                access("other-port", "A grant for another port is none (S17).", http().grant("shop/store", elsewhere)),
                access(
                        "permissive",
                        "Grants are ignored where everybody passes (S1).",
                        store(AppProtocol.HTTP, Mode.PERMISSIVE).grant("shop/store", api)));
    }

    private static List<GoldenCase> routing() {
        String outbound = "outbound/shop/store/80";
        return List.of(
                showing(
                        "routes/plain-service",
                        "A Service without a split is its own endpoints.",
                        http(),
                        "shop/buyer",
                        routes(outbound),
                        cluster(outbound)),
                showing(
                        "routes/http-listener",
                        "An HTTP service port has a listener of its own, its routes come by RDS.",
                        http(),
                        "shop/buyer",
                        listener(outbound)),
                showing(
                        "routes/forward-proxy",
                        "The forward proxy finds the outbound listener by every form of a service's name.",
                        http(),
                        "shop/buyer",
                        listener("http-proxy"),
                        routes("http-proxy"),
                        cluster("http-proxy")),
                showing(
                        "routes/forward-proxy-elsewhere",
                        "From another namespace, a service's name needs its own; ports other than 80 must be said.",
                        new TestMesh()
                                .service("shop/store", 8080, AppProtocol.HTTP)
                                .workload("home/buyer", Mode.DENY),
                        "home/buyer",
                        routes("http-proxy")));
    }

    private static List<GoldenCase> split() {
        String outbound = "outbound/shop/store/80";
        RequestMatch firefox = match(null, "", new HeaderMatch("user-agent", ".*Firefox.*"));
        return List.of(
                showing(
                        "split/weights",
                        "Requests are divided by weight, whatever the sum (S29).",
                        http().split(tcp("shop/store", 80), List.of(), "shop/store=1000", "shop/v2=500"),
                        "shop/buyer",
                        routes(outbound)),
                showing(
                        "split/one-backend",
                        "A single backend needs no division.",
                        http().split(tcp("shop/store", 80), List.of(), "shop/v2=1"),
                        "shop/buyer",
                        routes(outbound)),
                showing(
                        "split/matches",
                        "Requests that match are divided, others go to the Service's own endpoints (S38).",
                        http().split(tcp("shop/store", 80), List.of(API, firefox), "shop/v2=100"),
                        "shop/buyer",
                        routes(outbound)),
                showing(
                        "split/matches-then-all",
                        "Splits with matches come before the one without (S40).",
                        http().split(tcp("shop/store", 80), List.of(match("(?:/a).*", "GET POST")), "shop/v2=1")
                                .split(tcp("shop/store", 80), List.of(), "shop/store=90", "shop/v2=10"),
                        "shop/buyer",
                        routes(outbound)));
    }

    private static List<GoldenCase> streams() {
        TestMesh split = store(AppProtocol.TCP, Mode.DENY)
                .split(tcp("shop/store", 80), List.of(), "shop/store=90", "shop/v2=10");
        Grant stream = new Grant.Stream(target("shop/tcp"), accounts("shop/buyer", "shop/v2"), ALL);
        return List.of(
                showing(
                        "tcp/outbound",
                        "Connections go to the Service's own endpoints.",
                        store(AppProtocol.TCP, Mode.DENY),
                        "shop/buyer",
                        listener("outbound/shop/store/80"),
                        cluster("outbound/shop/store/80")),
                showing(
                        "tcp/split",
                        "Connections are divided by weight (S41).",
                        split,
                        "shop/buyer",
                        listener("outbound/shop/store/80")),
                showing(
                        "tcp/granted",
                        "Only the granted get past the handshake, since a server may speak first.",
                        store(AppProtocol.TCP, Mode.DENY).grant("shop/store", stream),
                        "shop/store",
                        listener("inbound/80"),
                        cluster("local/80")),
                showing(
                        "tcp/nothing-granted",
                        "Nobody gets past the handshake; an empty list would mean anybody (S6).",
                        store(AppProtocol.TCP, Mode.DENY),
                        "shop/store",
                        listener("inbound/80")),
                showing(
                        "tcp/permissive",
                        "What is no sidecar's passes unread, servers that speak first included.",
                        store(AppProtocol.TCP, Mode.PERMISSIVE),
                        "shop/store",
                        listener("inbound/80")));
    }

    private static List<GoldenCase> datagrams() {
        TestMesh split = store(AppProtocol.UDP, Mode.DENY)
                .split(udp("shop/store", 80), List.of(), "shop/store=90", "shop/v2=10");
        Grant datagram = new Grant.Datagram(target("shop/udp"), accounts("shop/buyer"), ALL);
        return List.of(
                showing(
                        "udp/split",
                        "Sessions are divided by the weights of the endpoints (S41).",
                        split,
                        "shop/buyer",
                        listener("outbound/shop/store/80/udp"),
                        cluster("outbound/shop/store/80/udp"),
                        endpoints("outbound/shop/store/80/udp")),
                showing(
                        "udp/granted",
                        "Datagrams pass by the addresses of the granted sidecars (S16).",
                        store(AppProtocol.UDP, Mode.DENY).grant("shop/store", datagram),
                        "shop/store",
                        listener("inbound/80/udp"),
                        cluster("local/80/udp")),
                showing(
                        "udp/nothing-granted",
                        "No source is allowed, which a matcher can't say without naming one.",
                        store(AppProtocol.UDP, Mode.DENY),
                        "shop/store",
                        listener("inbound/80/udp")),
                showing(
                        "udp/permissive",
                        "Datagrams pass from everywhere.",
                        store(AppProtocol.UDP, Mode.PERMISSIVE),
                        "shop/store",
                        listener("inbound/80/udp")));
    }

    private static List<GoldenCase> identity() {
        TestMesh several = http().service("shop/all", 80, AppProtocol.HTTP)
                .workload("shop/a.b", Mode.DENY, "shop/all")
                .workload("shop/c", Mode.DENY, "shop/all");
        return List.of(
                showing(
                        "identity/inbound-http",
                        "Sidecars come by mTLS, others in plaintext; both find the same policy and an answer in HTTP (S4).",
                        http(),
                        "shop/store",
                        listener("inbound/80"),
                        cluster("local/80")),
                showing(
                        "identity/several-accounts",
                        "A Service's endpoints may have any account of its workloads, exactly (S18).",
                        several,
                        "shop/buyer",
                        cluster("outbound/shop/all/80")),
                showing(
                        "identity/trust-domain",
                        "Names carry the mesh's trust domain, services its cluster domain.",
                        http().allow("shop/store", "shop/buyer")
                                .settings(new MeshSettings("mesh.example", "cluster.example", Mode.DENY)),
                        "shop/store",
                        routes("inbound/80"),
                        routes("http-proxy")));
    }

    private static List<GoldenCase> assignments() {
        return List.of(
                showing(
                        "endpoints/with-and-without-sidecar",
                        "Metadata tells which endpoints speak mTLS.",
                        http().endpoint(tcp("shop/store", 80), new Endpoint("127.0.0.1", 8080, false)),
                        "shop/buyer",
                        endpoints("outbound/shop/store/80")),
                showing(
                        "endpoints/ipv6",
                        "An app may listen on IPv6.",
                        http().endpoint(tcp("shop/store", 80), new Endpoint("::1", 8080, false)),
                        "shop/buyer",
                        endpoints("outbound/shop/store/80")),
                showing(
                        "endpoints/none-ready",
                        "A backend without endpoints keeps its share, which fails (S36).",
                        http().service("shop/v3", 80, AppProtocol.HTTP)
                                .split(tcp("shop/store", 80), List.of(), "shop/store=50", "shop/v3=50"),
                        "shop/buyer",
                        routes("outbound/shop/store/80"),
                        endpoints("outbound/shop/v3/80")),
                showing(
                        "endpoints/udp-none-ready",
                        "A UDP backend without endpoints keeps its share at an address where nobody listens (S36).",
                        new TestMesh()
                                .service("shop/store", 80, AppProtocol.UDP)
                                .service("shop/v3", 80, AppProtocol.UDP)
                                .workload("shop/store", Mode.DENY, "shop/store")
                                .split(udp("shop/store", 80), List.of(), "shop/store=50", "shop/v3=50"),
                        "shop/store",
                        endpoints("outbound/shop/store/80/udp")));
    }

    private static List<GoldenCase> broken() {
        Grant nobody = new Grant.Stream(target("shop/nobody"), new TreeSet<Identity>(), ALL);
        Grant nothing = new Grant.Http(target("shop/nothing"), accounts("shop/buyer"), ALL, List.of());
        String most = "=2147483647";
        return List.of(
                showing(
                        "broken/no-backend-http",
                        "No backend has a share: 503 with a reason, and nothing that Envoy refuses (S32).",
                        http().split(tcp("shop/store", 80), List.of()),
                        "shop/buyer",
                        routes("outbound/shop/store/80")),
                showing(
                        "broken/no-backend-tcp",
                        "No backend has a share: the connection is closed (S32).",
                        store(AppProtocol.TCP, Mode.DENY).split(tcp("shop/store", 80), List.of()),
                        "shop/buyer",
                        listener("outbound/shop/store/80")),
                showing(
                        "broken/no-backend-udp",
                        "No backend has a share: datagrams go nowhere (S32).",
                        store(AppProtocol.UDP, Mode.DENY).split(udp("shop/store", 80), List.of()),
                        "shop/buyer",
                        endpoints("outbound/shop/store/80/udp")),
                showing(
                        "broken/huge-weights",
                        "Weights beyond what Envoy adds up are scaled, and no share vanishes.",
                        http().service("shop/v3", 80, AppProtocol.HTTP)
                                .service("shop/v4", 80, AppProtocol.HTTP)
                                .split(
                                        tcp("shop/store", 80),
                                        List.of(),
                                        "shop/store" + most,
                                        "shop/v2" + most,
                                        "shop/v3" + most,
                                        "shop/v4=1"),
                        "shop/buyer",
                        routes("outbound/shop/store/80")),
                showing(
                        "broken/grants-nobody",
                        "A grant without sources or without matches makes no policy, since an empty list means anybody (S6).",
                        http().grant("shop/store", nobody).grant("shop/store", nothing),
                        "shop/store",
                        routes("inbound/80")),
                showing(
                        "broken/service-without-workloads",
                        "A Service without accounts accepts nobody's certificate.",
                        new TestMesh()
                                .service("shop/store", 80, AppProtocol.HTTP)
                                .workload("shop/buyer", Mode.DENY),
                        "shop/buyer",
                        cluster("outbound/shop/store/80")));
    }
}
