package io.weir.controlplane.xds.simulate;

import static io.weir.controlplane.model.TestMesh.accounts;
import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static io.weir.controlplane.model.TestMesh.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Endpoint;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.TestMesh;
import io.weir.controlplane.xds.simulate.Simulation.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** SMI's rules, each as what becomes of a request. */
class AccessAndSplitTest {

    private static final String STORE = "outbound/shop/store/80";

    private static TestMesh shop(Mode mode) {
        return new TestMesh()
                .service("shop/store", 80, AppProtocol.HTTP)
                .service("shop/store", 9000, AppProtocol.TCP)
                .service("shop/v2", 80, AppProtocol.HTTP)
                .service("shop/v2", 9000, AppProtocol.TCP)
                .workload("shop/store", mode, "shop/store")
                .workload("shop/buyer", Mode.DENY)
                .workload("shop/thief", Mode.DENY);
    }

    private static Grant http(String name, String source, String path) {
        return new Grant.Http(target(name), accounts(source), new PortScope.All(), List.of(match(path, "")));
    }

    private static Map<Outcome, Double> ask(TestMesh mesh, String caller, Call call) {
        return TranslationAgreesWithTheRulesTest.simulate(mesh.build()).http(caller, STORE, call);
    }

    private static int status(TestMesh mesh, String caller, Call call) {
        return ask(mesh, caller, call).keySet().iterator().next().status();
    }

    @Test
    void s1_nothing_granted_means_denied_and_permissive_lets_everybody_pass() {
        assertThat(status(shop(Mode.DENY), "shop/buyer", Call.get("/"))).isEqualTo(403);
        assertThat(status(shop(Mode.PERMISSIVE), "shop/thief", Call.get("/"))).isEqualTo(200);
    }

    @Test
    void s4_a_plaintext_request_is_answered_403_in_deny_mode() {
        TestMesh open = shop(Mode.DENY).allow("shop/store", "shop/buyer");
        assertThat(TranslationAgreesWithTheRulesTest.simulate(open.build()).plaintext("127.20.1.1:80", Call.get("/")))
                .isEqualTo(403);
        assertThat(TranslationAgreesWithTheRulesTest.simulate(
                                shop(Mode.PERMISSIVE).build())
                        .plaintext("127.20.1.1:80", Call.get("/")))
                .isEqualTo(200);
    }

    @Test
    void s5_overlapping_targets_add_up_in_every_order() {
        Grant narrow = http("shop/a", "shop/buyer", "(?:/a).*");
        Grant wide = http("shop/b", "shop/thief", "(?:.*).*");
        for (List<Grant> order : List.of(List.of(narrow, wide), List.of(wide, narrow))) {
            TestMesh mesh = shop(Mode.DENY);
            order.forEach(grant -> mesh.grant("shop/store", grant));
            assertThat(status(mesh, "shop/thief", Call.get("/a"))).isEqualTo(200);
            assertThat(status(mesh, "shop/buyer", Call.get("/a"))).isEqualTo(200);
            assertThat(status(mesh, "shop/buyer", Call.get("/b"))).isEqualTo(403);
        }
    }

    @Test
    void s6_a_grant_without_sources_or_matches_lets_nobody_pass() {
        Grant nobody = new Grant.Stream(target("shop/a"), new TreeSet<Identity>(), new PortScope.All());
        Grant nothing = new Grant.Http(target("shop/b"), accounts("shop/buyer"), new PortScope.All(), List.of());
        TestMesh mesh = shop(Mode.DENY).grant("shop/store", nobody).grant("shop/store", nothing);
        assertThat(status(mesh, "shop/buyer", Call.get("/"))).isEqualTo(403);
        assertThat(TranslationAgreesWithTheRulesTest.simulate(mesh.build())
                        .tcp("shop/buyer", "outbound/shop/store/9000"))
                .containsOnlyKeys(new Outcome("outbound/shop/store/9000", 0));
    }

    @Test
    void s18_an_account_with_dots_is_no_pattern() {
        TestMesh mesh = shop(Mode.DENY)
                .workload("shop/axb", Mode.DENY)
                .workload("shop/a.b", Mode.DENY)
                .allow("shop/store", "shop/a.b");
        assertThat(status(mesh, "shop/a.b", Call.get("/"))).isEqualTo(200);
        assertThat(status(mesh, "shop/axb", Call.get("/"))).isEqualTo(403);
    }

    @Test
    void s36_a_backend_without_endpoints_keeps_its_share() {
        TestMesh mesh = shop(Mode.DENY)
                .allow("shop/store", "shop/buyer")
                .split(tcp("shop/store", 80), List.of(), "shop/store=75", "shop/v2=25");
        assertThat(ask(mesh, "shop/buyer", Call.get("/")))
                .isEqualTo(Map.of(new Outcome(STORE, 200), 0.75, new Outcome("outbound/shop/v2/80", 503), 0.25));
    }

    @Test
    void s42_any_host_header_reaches_the_service_of_the_listener() {
        TestMesh mesh = shop(Mode.DENY).allow("shop/store", "shop/buyer");
        assertThat(status(mesh, "shop/buyer", Call.get("/").authority("anything:99")))
                .isEqualTo(200);
    }

    @Test
    void the_forward_proxy_leads_to_the_same_routes() {
        TestMesh mesh = shop(Mode.DENY)
                .allow("shop/store", "shop/buyer")
                .split(tcp("shop/store", 80), List.of(), "shop/store=75", "shop/v2=25");
        Simulation simulation = TranslationAgreesWithTheRulesTest.simulate(mesh.build());
        for (String authority : List.of("store", "store.shop", "store.shop:80", "store.shop.svc", "127.82.0.1")) {
            assertThat(simulation.http("shop/buyer", "http-proxy", Call.get("/").authority(authority)))
                    .as(authority)
                    .isEqualTo(simulation.http("shop/buyer", STORE, Call.get("/")));
        }
        assertThat(simulation.http("shop/buyer", "http-proxy", Call.get("/").authority("store.elsewhere")))
                .containsOnlyKeys(new Outcome("http-proxy", 404));
    }

    @Test
    void a_server_with_another_account_than_the_services_is_not_spoken_to() {
        TestMesh mesh = shop(Mode.PERMISSIVE).endpoint(tcp("shop/v2", 80), new Endpoint("127.20.1.1", 80, true));
        assertThat(TranslationAgreesWithTheRulesTest.simulate(mesh.build())
                        .http("shop/buyer", "outbound/shop/v2/80", Call.get("/")))
                .containsOnlyKeys(new Outcome("outbound/shop/v2/80", 503));
    }
}
