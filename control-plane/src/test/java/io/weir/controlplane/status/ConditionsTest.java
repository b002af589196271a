package io.weir.controlplane.status;

import static io.weir.controlplane.reference.Yaml.audited;
import static io.weir.controlplane.reference.Yaml.group;
import static io.weir.controlplane.reference.Yaml.object;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.split;
import static io.weir.controlplane.reference.Yaml.splitWhere;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.target;
import static io.weir.controlplane.reference.Yaml.tcpRoute;
import static io.weir.controlplane.reference.Yaml.udpRoute;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.status.Condition.Aspect;
import io.weir.controlplane.status.Condition.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

    private static final String HTTP = "{name: http, port: 80}";
    private static final String WEB = workload("web", "web", HTTP);
    private static final String API = workload("api", "api", HTTP);
    private static final String ALL = group("all", "{name: all}");
    private static final String TARGET = target("t", "api", List.of("web"), "HTTPRouteGroup/all");

    private static String workloadWith(String annotation) {
        return object(
                "weir.io/v1alpha1",
                "Workload",
                "api",
                ", labels: {app: api}, annotations: {" + annotation + "}",
                "spec: {serviceAccount: api, ports: [" + HTTP + "]}");
    }

    private static Condition enforced(String... documents) {
        return Judgement.of(documents).condition("TrafficTarget", "t", Aspect.ENFORCED);
    }

    @Test
    void objects_that_do_what_they_say() {
        assertThat(Judgement.of(
                                WEB,
                                API,
                                service("api", HTTP),
                                service("web", HTTP),
                                ALL,
                                TARGET,
                                split("s", "api", "api=1", "web=0"))
                        .inSync("web", "api")
                        .lines())
                .containsOnlyKeys("HTTPRouteGroup all", "TrafficSplit s", "TrafficTarget t")
                .containsEntry(
                        "HTTPRouteGroup all",
                        List.of(
                                "Accepted=True Accepted",
                                "ResolvedRefs=True ResolvedRefs",
                                "Conflicted=False NoConflict",
                                "Programmed=True Programmed"))
                .containsEntry(
                        "TrafficSplit s",
                        List.of(
                                "Accepted=True Accepted",
                                "ResolvedRefs=True ResolvedRefs",
                                "Conflicted=False NoConflict",
                                "Programmed=True Programmed"))
                .containsEntry(
                        "TrafficTarget t",
                        List.of(
                                "Accepted=True Accepted",
                                "ResolvedRefs=True ResolvedRefs",
                                "Conflicted=False NoConflict",
                                "Programmed=True Programmed",
                                "Enforced=True Enforced"));
    }

    @Test
    void a_target_under_audit_is_programmed_and_not_enforced() {
        Judgement judgement = Judgement.of(WEB, API, service("api", HTTP), ALL, audited(TARGET, "true"))
                .inSync("web", "api");
        assertThat(judgement.lines().get("TrafficTarget t"))
                .containsExactly(
                        "Accepted=True Accepted",
                        "ResolvedRefs=True ResolvedRefs",
                        "Conflicted=False NoConflict",
                        "Programmed=True Programmed",
                        "Enforced=False Audited");
        assertThat(judgement.condition("TrafficTarget", "t", Aspect.ENFORCED).message())
                .isEqualTo(
                        "metadata.annotations.weir.io/audit: It is under audit: it lets nobody in. In deny mode, HTTP"
                                + " requests that it would let in are reported; at TCP and UDP ports it is not tried out. Remove"
                                + " the annotation once it is right.");
        assertThat(judgement.occurrences()).contains("Warning TrafficTarget t Audited");
    }

    @Test
    void an_object_that_is_broken_is_not_accepted_and_says_which_field_and_what_to_do() {
        Judgement broken = Judgement.of(API, split("s", "api", "api=-1"));
        assertThat(broken.lines().get("TrafficSplit s"))
                .containsExactly(
                        "Accepted=False InvalidWeight",
                        "ResolvedRefs=Unknown NotAccepted",
                        "Conflicted=False NoConflict",
                        "Programmed=False NotAccepted");
        assertThat(broken.condition("TrafficSplit", "s", Aspect.ACCEPTED).message())
                .startsWith("spec.backends[0].weight: ");
    }

    @Test
    void a_target_in_another_namespace_than_its_destination_is_not_accepted() {
        assertThat(Judgement.of(API, ALL, target("t", "other/api", List.of("web"), "HTTPRouteGroup/all"))
                        .lines()
                        .get("TrafficTarget t"))
                .contains("Accepted=False InvalidNamespace");
    }

    @Test
    void what_is_referred_to_and_missing_is_named() {
        Judgement judgement = Judgement.of(
                WEB,
                API,
                service("api", HTTP),
                service("old", "{name: http, port: 1024}"),
                split("backend", "api", "api=1", "old=1"),
                split("root", "nowhere", "api=1"),
                splitWhere("match", "api", List.of("absent"), "api=1"),
                ALL,
                target("route", "api", List.of("web"), "HTTPRouteGroup/absent"),
                target("match", "api", List.of("web"), "HTTPRouteGroup/all#absent"),
                target("source", "api", List.of("nobody"), "HTTPRouteGroup/all"));
        assertThat(judgement.condition("TrafficSplit", "backend", Aspect.RESOLVED_REFS))
                .isEqualTo(new Condition(
                        Aspect.RESOLVED_REFS,
                        Status.FALSE,
                        "BackendExcluded",
                        "spec.backends[1].service: Service shop/old has no port 80/TCP as the root has, so it takes no"
                                + " traffic there. Give it the same port number; the targetPort may differ."));
        assertThat(judgement.lines().get("TrafficSplit root"))
                .contains("ResolvedRefs=False ServiceNotFound", "Programmed=False NoEffect");
        assertThat(judgement.lines().get("TrafficSplit match")).contains("ResolvedRefs=False RouteNotFound");
        assertThat(judgement.lines().get("TrafficTarget route"))
                .contains("ResolvedRefs=False RouteNotFound", "Programmed=False NoEffect", "Enforced=Unknown NoEffect");
        assertThat(judgement.lines().get("TrafficTarget match")).contains("ResolvedRefs=False MatchNotFound");
        assertThat(judgement.lines().get("TrafficTarget source")).contains("ResolvedRefs=False AccountNotFound");
    }

    @Test
    void of_two_splits_of_all_of_one_root_the_second_is_conflicted() {
        Judgement judgement =
                Judgement.of(WEB, API, service("api", HTTP), split("a", "api", "api=1"), split("b", "api", "api=1"));
        assertThat(judgement.lines().get("TrafficSplit a")).contains("Conflicted=False NoConflict");
        assertThat(judgement.lines().get("TrafficSplit b"))
                .contains("Conflicted=True Conflict", "Programmed=False NoEffect");
        assertThat(judgement.condition("TrafficSplit", "b", Aspect.CONFLICTED).message())
                .contains("TrafficSplit shop/a already splits all of Service shop/api");
    }

    @Test
    void a_split_is_programmed_by_every_proxy_that_calls_and_a_target_by_those_that_are_called() {
        Judgement judgement = Judgement.of(
                        WEB,
                        API,
                        workload("more", "web", HTTP),
                        service("api", HTTP),
                        ALL,
                        TARGET,
                        split("s", "api", "api=1"))
                .inSync("api", "web");
        assertThat(judgement.condition("TrafficSplit", "s", Aspect.PROGRAMMED))
                .isEqualTo(
                        new Condition(Aspect.PROGRAMMED, Status.FALSE, "Pending", "2 of 3 proxies acknowledged it."));
        assertThat(judgement.condition("TrafficTarget", "t", Aspect.PROGRAMMED))
                .isEqualTo(
                        new Condition(Aspect.PROGRAMMED, Status.TRUE, "Programmed", "1 of 1 proxies acknowledged it."));
        assertThat(judgement
                        .condition("HTTPRouteGroup", "all", Aspect.PROGRAMMED)
                        .message())
                .isEqualTo("1 of 1 proxies acknowledged it.");
        assertThat(judgement.inPart().condition("TrafficSplit", "s", Aspect.PROGRAMMED))
                .isEqualTo(new Condition(
                        Aspect.PROGRAMMED, Status.UNKNOWN, "Pending", "At least 2 of 3 proxies acknowledged it."));
    }

    @Test
    void a_refusal_is_told_on_the_object_behind_what_is_refused() {
        Judgement judgement = Judgement.of(
                        WEB, API, service("api", HTTP), ALL, TARGET, split("s", "api", "api=1"), tcpRoute("unused"))
                .inSync("api")
                .refused("web", "outbound/shop/api/80", "no such thing");
        assertThat(judgement.condition("TrafficSplit", "s", Aspect.PROGRAMMED))
                .isEqualTo(new Condition(
                        Aspect.PROGRAMMED,
                        Status.FALSE,
                        "Rejected",
                        "1 of 2 proxies acknowledged it. shop/web refused outbound/shop/api/80: no such thing"));
        assertThat(judgement.lines().get("TrafficTarget t")).contains("Programmed=True Programmed");
        assertThat(judgement.refused("api", "inbound/80", "no").lines().get("TrafficTarget t"))
                .contains("Programmed=False Rejected");
        assertThat(judgement.lines().get("TCPRoute unused")).contains("Programmed=Unknown NotReferenced");
    }

    @Test
    void a_target_that_is_not_enforced_says_why() {
        assertThat(enforced(ALL, TARGET).reason()).isEqualTo("NoWorkload");
        assertThat(enforced(WEB, API, ALL, TARGET).status()).isEqualTo(Status.TRUE);
        assertThat(enforced(
                                object("v1", "Namespace", "shop", "")
                                        .replace(
                                                "namespace: shop, name: shop",
                                                "name: shop, labels: {weir.io/mode: permissive}"),
                                WEB,
                                API,
                                ALL,
                                TARGET)
                        .reason())
                .isEqualTo("PermissiveMode");
        assertThat(enforced(workloadWith("weir.io/inject: disabled"), ALL, TARGET))
                .isEqualTo(new Condition(
                        Aspect.ENFORCED,
                        Status.FALSE,
                        "NoSidecar",
                        "1 of 1 workloads of shop/api: they have no sidecar, so everybody may call."));
        assertThat(enforced(workloadWith("weir.io/interception: explicit"), ALL, TARGET)
                        .reason())
                .isEqualTo("NotIntercepted");
        assertThat(enforced(workloadWith("weir.io/exclude-inbound-ports: \"80\""), ALL, TARGET)
                        .reason())
                .isEqualTo("NotIntercepted");
    }

    @Test
    void a_udp_route_whose_port_is_not_redirected_says_so() {
        String udp = "{port: 53, protocol: UDP}";
        String target = target("t", "api", List.of("web"), "UDPRoute/dns");
        Judgement declared =
                Judgement.of(workload("api", "api", udp), service("api", udp), udpRoute("dns", 53), target);
        assertThat(declared.lines().get("UDPRoute dns")).contains("Enforced=True Enforced");
        Judgement undeclared = Judgement.of(workload("api", "api"), service("api", udp), udpRoute("dns", 53), target);
        assertThat(undeclared.lines().get("UDPRoute dns")).contains("Enforced=False NotIntercepted");
        assertThat(undeclared.condition("UDPRoute", "dns", Aspect.ENFORCED).message())
                .contains("UDP port 53 of shop/api is not redirected");
    }

    @Test
    void a_split_whose_root_is_headless_says_whom_it_does_not_reach() {
        String[] documents = {WEB, API, service("api", HTTP), ALL, TARGET, split("s", "api", "api=1")};
        assertThat(Judgement.in(List.of(), documents)
                        .condition("TrafficSplit", "s", Aspect.ACCEPTED)
                        .reason())
                .isEqualTo("AcceptedWithWarnings");
        assertThat(Judgement.of(documents)
                        .condition("TrafficSplit", "s", Aspect.ACCEPTED)
                        .reason())
                .isEqualTo("Accepted");
    }

    @Test
    void events_are_for_what_went_wrong_and_not_for_what_is_still_to_come() {
        Judgement judgement = Judgement.of(
                        WEB,
                        workloadWith("weir.io/inject: disabled"),
                        service("api", HTTP),
                        ALL,
                        TARGET,
                        target("later", "later", List.of("nobody"), "HTTPRouteGroup/all"),
                        split("s", "api", "api=1", "gone=1"))
                .refused("web", "outbound/shop/api/80", "no such thing");
        assertThat(judgement.occurrences())
                .containsExactly(
                        "Warning TrafficSplit s BackendExcluded",
                        "Warning TrafficSplit s Rejected",
                        "Warning TrafficTarget t NoSidecar");
    }

    @Test
    void a_folder_has_no_statuses() {
        assertThat(Conditions.of(new Observed(
                        state(WEB, API, ALL, TARGET),
                        Judgement.of(WEB, API, ALL, TARGET).observed().built(),
                        Judgement.of().observed().acknowledgements())))
                .isEmpty();
    }
}
