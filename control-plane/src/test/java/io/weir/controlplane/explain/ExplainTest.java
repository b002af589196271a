package io.weir.controlplane.explain;

import static io.weir.controlplane.explain.Meshes.BUYER;
import static io.weir.controlplane.explain.Meshes.STORE;
import static io.weir.controlplane.explain.Meshes.THIEF;
import static io.weir.controlplane.explain.Meshes.backend;
import static io.weir.controlplane.explain.Meshes.http;
import static io.weir.controlplane.explain.Meshes.match;
import static io.weir.controlplane.explain.Meshes.port;
import static io.weir.controlplane.explain.Meshes.service;
import static io.weir.controlplane.explain.Meshes.split;
import static io.weir.controlplane.explain.Meshes.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.RouteRule;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.WeightedBackend;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExplainTest {

    private static final RequestMatch BOOKS =
            match("books", "(?:/books).*", Set.of("GET"), new HeaderMatch("x-tenant", "a|b"));
    private static final Identity OTHER = new Identity("shop", "other");

    private static Meshes shop() {
        return new Meshes().with("bookstore", STORE).caller(BUYER).caller(THIEF);
    }

    private static Explanation ask(Meshes mesh, Identity from, Integer port, Question.Request request) {
        return (Explanation)
                Explain.explain(mesh.model(), new Question(from, service("bookstore"), port, null, request));
    }

    private static Question.Request request(String method, String path, String... headers) {
        return new Question.Request(
                method,
                path,
                Stream.of(headers)
                        .map(header -> header.split("=", 2))
                        .map(header -> new Question.Header(header[0], header[1]))
                        .toList());
    }

    private static Grant stream(String name, int... ports) {
        List<Integer> list = Arrays.stream(ports).boxed().toList();
        PortScope scope = list.isEmpty() ? new PortScope.All() : new PortScope.Only(Sorted.set(list));
        return new Grant.Stream(target(name), Sorted.set(List.of(BUYER)), scope);
    }

    @Test
    void a_granted_request_says_by_which_target_and_rule() {
        Meshes mesh = shop().grant(STORE, http("buyers", BUYER, BOOKS));

        Explanation explained = ask(mesh, BUYER, 80, request("GET", "//books/../books/1?x", "X-Tenant=a"));

        List<Allowance> by = List.of(new Allowance(target("buyers"), "HTTPRouteGroup shop/api#books"));
        String reason = "allowed by TrafficTarget shop/buyers (HTTPRouteGroup shop/api#books)";
        assertThat(explained)
                .isEqualTo(new Explanation(
                        Meshes.port("bookstore", AppProtocol.HTTP),
                        AppProtocol.HTTP,
                        new ObjectRef("Service", "shop", "bookstore"),
                        true,
                        200,
                        by,
                        List.of(new BackendVerdict(
                                service("bookstore"), 1.0, STORE, new Verdict.Allowed(200, by, reason))),
                        Mode.DENY,
                        reason));
    }

    private static final Grant BOOKS_GRANT = http("buyers", BUYER, BOOKS);
    private static final Question.Request RIGHT = request("GET", "/books", "x-tenant=a");

    private static Arguments httpMiss(Question.Request request, Miss miss, String reason) {
        return Arguments.of(miss + " " + request, shop().grant(STORE, BOOKS_GRANT), BUYER, 80, request, miss, reason);
    }

    static Stream<Arguments> httpMisses() {
        return Stream.of(
                httpMiss(
                        request("GET", "/books/../admin", "x-tenant=a"),
                        Miss.PATH,
                        "TrafficTarget shop/buyers (HTTPRouteGroup shop/api#books), but the path /admin does not match"
                                + " (?:/books).*"),
                httpMiss(request("POST", "/books", "x-tenant=a"), Miss.METHOD, "the method POST is not one of GET"),
                httpMiss(request("GET", "/books"), Miss.HEADER_MISSING, "the header x-tenant is missing"),
                httpMiss(
                        request("GET", "/books", "x-tenant=c"),
                        Miss.HEADER_VALUE,
                        "the header x-tenant: c does not match a|b"),
                httpMiss(
                        request("GET", "/books", "x-tenant=a", "x-tenant=b"),
                        Miss.HEADER_VALUE,
                        "the header x-tenant: a,b does not match a|b"));
    }

    private static Arguments miss(Meshes mesh, Identity from, int port, Miss miss, String reason) {
        return Arguments.of(miss + " at port " + port, mesh, from, port, RIGHT, miss, reason);
    }

    static Stream<Arguments> otherMisses() {
        Grant datagram = new Grant.Datagram(target("dns"), Sorted.set(List.of(BUYER)), new PortScope.All());
        Meshes tcp = shop().grant(STORE, stream("tcp", 7000, 7001));
        Meshes books = shop().grant(STORE, BOOKS_GRANT);
        Meshes plaintext = shop().grant(STORE, stream("tcp")).callerWithoutSidecar(OTHER);
        return Stream.of(
                miss(shop(), BUYER, 80, Miss.NO_TARGET, "no TrafficTarget has the destination shop/bookstore"),
                miss(
                        books,
                        THIEF,
                        80,
                        Miss.NO_SOURCE,
                        "has the source shop/bookthief; TrafficTarget shop/buyers lets in shop/bookbuyer"),
                miss(tcp, BUYER, 9000, Miss.PORT, "it covers ports 7000, 7001, not port 9000"),
                miss(books, BUYER, 9000, Miss.PROTOCOL, "its HTTP rules do not apply to port 9000, which speaks TCP"),
                miss(tcp, BUYER, 53, Miss.PROTOCOL, "its TCP rules do not apply to port 5353, which speaks UDP"),
                miss(
                        shop().grant(STORE, datagram),
                        BUYER,
                        80,
                        Miss.PROTOCOL,
                        "its UDP rules do not apply to port 8080, which speaks HTTP"),
                miss(plaintext, OTHER, 80, Miss.PLAINTEXT, "shop/other has no sidecar"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"httpMisses", "otherMisses"})
    void a_denial_names_the_nearest_miss(
            String what, Meshes mesh, Identity from, int port, Question.Request request, Miss miss, String reason) {
        Explanation explained = ask(mesh, from, port, request);

        Integer status = port == 80 ? 403 : null;
        assertThat(explained.allowed()).isFalse();
        assertThat(explained.status()).isEqualTo(status);
        assertThat(explained.by()).isEmpty();
        assertThat(explained.reason()).contains(reason);
        Verdict verdict = explained.backends().getFirst().verdict();
        assertThat(verdict).isEqualTo(new Verdict.Denied(status, miss, explained.reason()));
    }

    @Test
    void of_two_misses_the_one_that_fails_less_is_named() {
        Meshes mesh = shop().grant(STORE, http("both", BUYER, match("x", "(?:/x).*", Set.of("PUT")), BOOKS));

        Explanation explained = ask(mesh, BUYER, 80, request("GET", "/books"));

        assertThat(explained.reason()).contains("#books").contains("x-tenant is missing");
    }

    @Test
    void a_tcp_grant_lets_http_pass_and_a_tcp_connection_has_no_status() {
        Meshes mesh = shop().grant(STORE, stream("tcp"));

        assertThat(ask(mesh, BUYER, 80, Question.Request.get()).status()).isEqualTo(200);
        Explanation tcp = ask(mesh, BUYER, 9000, Question.Request.get());
        assertThat(tcp.allowed()).isTrue();
        assertThat(tcp.status()).isNull();
        assertThat(tcp.by()).containsExactly(new Allowance(target("tcp"), "TCP all ports"));
    }

    @Test
    void shares_follow_the_weights_and_a_backend_has_a_row_for_each_account() {
        Meshes mesh = shop().with("v1", STORE)
                .with("v2", OTHER, STORE)
                .rules("bookstore", AppProtocol.HTTP, split(backend("v1", 90), backend("v2", 10)))
                .grant(STORE, stream("tcp"));

        Explanation explained = ask(mesh, BUYER, 80, Question.Request.get());

        assertThat(explained.allowed()).isFalse();
        assertThat(explained.status()).isNull();
        assertThat(explained.route()).isEqualTo(new ObjectRef("TrafficSplit", "shop", "canary"));
        assertThat(explained.backends())
                .extracting(row -> row.service() + " " + row.share() + " " + row.account() + " "
                        + row.verdict().status())
                .containsExactly(
                        "shop/v1 0.9 shop/bookstore 200",
                        "shop/v2 0.1 shop/bookstore 200",
                        "shop/v2 0.1 shop/other 403");
        assertThat(explained.reason()).isEqualTo("shop/v2: no TrafficTarget has the destination shop/other");
    }

    @Test
    void the_first_rule_that_matches_is_followed() {
        RouteRule firefox = new RouteRule(
                new ObjectRef("TrafficSplit", "shop", "firefox"),
                List.of(match("ff", null, Set.of(), new HeaderMatch("user-agent", ".*Firefox.*"))),
                List.of(backend("v2", 1)));
        Meshes mesh = shop().permissive()
                .with("v2", STORE)
                .rules("bookstore", AppProtocol.HTTP, firefox, split(backend("bookstore", 1)));

        assertThat(ask(mesh, BUYER, 80, request("GET", "/", "User-Agent=x Firefox y"))
                        .backends())
                .extracting(BackendVerdict::service)
                .containsExactly(service("v2"));
        assertThat(ask(mesh, BUYER, 80, request("GET", "/")).backends())
                .extracting(BackendVerdict::service)
                .containsExactly(service("bookstore"));
    }

    @Test
    void without_weight_nobody_answers() {
        Explanation explained =
                ask(shop().rules("bookstore", AppProtocol.HTTP, split()), BUYER, 80, Question.Request.get());

        assertThat(explained.status()).isEqualTo(503);
        assertThat(explained.allowed()).isFalse();
        assertThat(explained.backends()).isEmpty();
    }

    @Test
    void a_backend_without_workloads_keeps_its_share_and_answers_503() {
        Meshes mesh = shop().permissive()
                .with("empty")
                .rules("bookstore", AppProtocol.HTTP, split(backend("bookstore", 1), backend("empty", 1)));

        Explanation explained = ask(mesh, BUYER, 80, Question.Request.get());

        assertThat(explained.allowed()).isFalse();
        assertThat(explained.backends().get(1))
                .isEqualTo(new BackendVerdict(
                        service("empty"),
                        0.5,
                        null,
                        new Verdict.Unavailable(503, "no workload is ready behind Service shop/empty port 80")));
    }

    @Test
    void permissive_mode_asks_no_target_not_even_for_a_caller_without_sidecar() {
        Meshes mesh = shop().permissive().callerWithoutSidecar(OTHER);

        Explanation explained = ask(mesh, OTHER, 80, Question.Request.get());

        assertThat(explained.allowed()).isTrue();
        assertThat(explained.by()).isEmpty();
        assertThat(explained.mode()).isEqualTo(Mode.PERMISSIVE);
        assertThat(explained.reason())
                .isEqualTo("namespace shop is permissive, so TrafficTargets are not asked; deny mode would refuse it: "
                        + OTHER + " has no sidecar: it comes in plaintext, which deny mode refuses");
    }

    @Test
    void permissive_mode_says_what_deny_mode_would() {
        Meshes mesh = shop().permissive().grant(STORE, BOOKS_GRANT);

        assertThat(ask(mesh, BUYER, 80, RIGHT).reason())
                .isEqualTo("namespace shop is permissive, so TrafficTargets are not asked");
        assertThat(ask(mesh, THIEF, 80, RIGHT).reason())
                .isEqualTo("namespace shop is permissive, so TrafficTargets are not asked; deny mode would refuse it:"
                        + " no TrafficTarget for " + STORE + " has the source " + THIEF
                        + "; TrafficTarget shop/buyers lets in " + BUYER);
    }

    @Test
    void a_target_under_audit_lets_nobody_in_and_says_whom_it_would() {
        Meshes mesh = shop().audit(STORE, BOOKS_GRANT);

        assertThat(ask(mesh, BUYER, 80, RIGHT).allowed()).isFalse();
        assertThat(ask(mesh, BUYER, 80, RIGHT).reason())
                .isEqualTo("no TrafficTarget has the destination " + STORE
                        + "; TrafficTarget shop/buyers (HTTPRouteGroup shop/api#books) would allow it, but is under audit"
                        + " and lets nobody in");
        assertThat(ask(mesh, THIEF, 80, RIGHT).reason())
                .endsWith("; nor would TrafficTarget shop/buyers, which is under audit");
        mesh.grant(STORE, http("all", THIEF, BOOKS));
        assertThat(ask(mesh, BUYER, 80, RIGHT).reason())
                .contains("TrafficTarget shop/all lets in")
                .contains("audit");
        assertThat(ask(mesh, THIEF, 80, RIGHT).reason())
                .startsWith("allowed by")
                .doesNotContain("audit");
    }

    @Test
    void a_redirected_pod_is_split_by_cluster_ip_and_neither_for_datagrams_nor_for_pods_by_address() {
        Meshes mesh = shop().permissive()
                .with("v2", STORE)
                .callerInPod(OTHER)
                .rules("bookstore", AppProtocol.HTTP, split(backend("v2", 1)))
                .rules("bookstore", AppProtocol.UDP, split(new WeightedBackend(port("v2", AppProtocol.UDP), 1)));
        ObjectRef own = new ObjectRef("Service", "shop", "bookstore");

        assertThat(ask(mesh, OTHER, 80, Question.Request.get()).route()).isEqualTo(own);
        mesh.clusterIp("bookstore", "10.96.0.1");
        assertThat(ask(mesh, OTHER, 80, Question.Request.get()).route().kind()).isEqualTo("TrafficSplit");
        assertThat(ask(mesh, OTHER, 53, Question.Request.get()).route()).isEqualTo(own);
    }

    @Test
    void a_port_that_callers_reach_past_the_sidecar_is_open_to_all() {
        Meshes mesh = shop().bypassed("bookstore", 9000);

        Explanation explained = ask(mesh, THIEF, 9000, Question.Request.get());

        assertThat(explained.allowed()).isTrue();
        assertThat(explained.reason()).contains("port 9000").contains("past its sidecar");
        assertThat(ask(mesh, THIEF, 80, Question.Request.get()).allowed()).isFalse();
    }

    @Test
    void a_caller_without_sidecar_is_not_split() {
        Meshes mesh = shop().permissive()
                .with("v2", STORE)
                .callerWithoutSidecar(OTHER)
                .rules("bookstore", AppProtocol.HTTP, split(backend("v2", 1)));

        assertThat(ask(mesh, OTHER, 80, Question.Request.get()).backends())
                .extracting(BackendVerdict::service)
                .containsExactly(service("bookstore"));
    }

    @Test
    void a_path_that_envoy_refuses_is_a_400() {
        assertThat(ask(shop(), BUYER, 80, request("GET", "/a%00")).status()).isEqualTo(400);
    }

    @Test
    void the_host_header_defaults_to_the_short_name() {
        Meshes mesh = shop().grant(
                        STORE,
                        http(
                                "host",
                                BUYER,
                                match("h", null, Set.of(), new HeaderMatch(":authority", "bookstore.shop"))));

        assertThat(ask(mesh, BUYER, 80, request("GET", "/")).allowed()).isTrue();
        assertThat(ask(mesh, BUYER, 80, request("GET", "/", "Host=other")).allowed())
                .isFalse();
    }

    @Test
    void what_is_not_there_is_named_with_what_is() {
        Question service = new Question(BUYER, service("nope"), null, null, Question.Request.get());
        Question port = new Question(BUYER, service("bookstore"), 81, null, Question.Request.get());

        assertThat(Explain.explain(shop().model(), service))
                .isEqualTo(
                        new Answer.Unanswerable("there is no Service shop/nope", "the Services are: shop/bookstore"));
        assertThat(Explain.explain(shop().model(), port))
                .isEqualTo(new Answer.Unanswerable(
                        "Service shop/bookstore has no port 81", "name one of its ports: 53/udp, 80, 9000"));
    }
}
