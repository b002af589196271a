package io.weir.telemetry.denial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.directory.ManifestFiles;
import io.weir.telemetry.denial.DenialReport.Entry;
import io.weir.telemetry.denial.DenialReport.Result;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.ingest.LogEntry;
import io.weir.telemetry.ingest.LogEntry.Judgement;
import io.weir.telemetry.inventory.Inventories;
import io.weir.telemetry.model.Edge.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DenialsRouteTest {

    private static final String MANIFESTS = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
            ---
            apiVersion: weir.io/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec: {serviceAccount: web, ports: [{name: http, port: 8080}]}
            ---
            apiVersion: weir.io/v1alpha1
            kind: Workload
            metadata: {name: buyer, namespace: shop}
            spec: {serviceAccount: buyer}
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: HTTPRouteGroup
            metadata: {name: api, namespace: shop}
            spec: {matches: [{name: books, pathRegex: /books}]}
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: buyers, namespace: shop}
            spec:
              destination: {kind: ServiceAccount, name: web}
              sources: [{kind: ServiceAccount, name: buyer}]
              rules: [{kind: HTTPRouteGroup, name: api}]
            """;

    private static final ClusterState STATE = ManifestFiles.parse(new TreeMap<>(Map.of("mesh.yaml", MANIFESTS)));
    private static final MeshModel MODEL =
            MeshModelBuilder.build(STATE, MeshSettings.defaults()).model();
    private static final ProxyIdentity WEB = new ProxyIdentity("shop", "web", replica("web"), "uid");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final DenialStore store = new DenialStore(
            () -> NOW,
            new EdgeResolver(new TrustDomain("cluster.local")),
            () -> Inventories.of(STATE),
            DenialLimits.usual());
    private final DenialsRoute route = new DenialsRoute(store, () -> NOW, () -> MODEL);

    private static String replica(String workload) {
        return STATE.replicas().keySet().stream()
                .map(key -> key.name())
                .filter(name -> name.startsWith(workload))
                .findFirst()
                .orElseThrow();
    }

    private void denied(Duration ago, String caller, String path, Judgement enforced, Judgement shadow) {
        store.logged(
                WEB,
                new LogEntry(
                        NOW.minus(ago),
                        8080,
                        Protocol.HTTP,
                        "192.0.2.1",
                        caller.isEmpty() ? "" : "spiffe://cluster.local/ns/shop/sa/" + caller,
                        false,
                        "GET",
                        "web.shop",
                        path,
                        403,
                        enforced,
                        shadow));
    }

    private AdminAnswer ask(Map<String, String> query) {
        return route.answer(new AdminRequest("/v1/denials", query, Map.of()));
    }

    private DenialReport report(Map<String, String> query) {
        AdminAnswer answer = ask(query);
        assertThat(answer.status()).isEqualTo(200);
        return JsonMapper.builder().build().readValue(answer.body(), DenialReport.class);
    }

    @Test
    void each_says_who_called_whom_and_why_it_was_refused() {
        denied(Duration.ofSeconds(3), "buyer", "/admin", Judgement.DENIED, Judgement.NONE);
        denied(Duration.ofSeconds(2), "thief", "/books", Judgement.NONE, Judgement.DENIED);
        denied(Duration.ofSeconds(1), "", "/books", Judgement.DENIED, Judgement.ALLOWED);

        DenialReport report = report(Map.of());

        assertThat(report.dropped()).isZero();
        assertThat(report.denials())
                .extracting(Entry::result, Entry::audited, one -> one.source().serviceAccount(), Entry::proven)
                .containsExactly(
                        tuple(Result.DENIED, false, "buyer", true),
                        tuple(Result.WOULD_BE_DENIED, false, "thief", true),
                        tuple(Result.DENIED, true, "", false));
        assertThat(report.denials()).allSatisfy(one -> {
            assertThat(one.destination().serviceAccount()).isEqualTo("web");
            assertThat(one.service()).isEqualTo("shop/web");
            assertThat(one.servicePort()).isEqualTo(80);
        });
        assertThat(report.denials())
                .extracting(Entry::reason)
                .containsExactly(
                        "nearest is TrafficTarget shop/buyers (HTTPRouteGroup shop/api#books), but the path /admin does not"
                                + " match (?:/books).*",
                        "no TrafficTarget for shop/web has the source shop/thief; TrafficTarget shop/buyers lets in"
                                + " shop/buyer",
                        "the caller has no sidecar: it comes in plaintext, which deny mode refuses");
        assertThat(report.denials()).extracting(Entry::id).doesNotHaveDuplicates();
    }

    @Test
    void what_policy_allows_by_now_says_so() {
        denied(Duration.ofSeconds(3), "buyer", "/books", Judgement.DENIED, Judgement.NONE);

        assertThat(report(Map.of()).denials().getFirst().reason())
                .startsWith("policy has changed: allowed by TrafficTarget shop/buyers");
    }

    @Test
    void only_what_was_denied_since_then_is_listed() {
        denied(Duration.ofMinutes(5), "buyer", "/old", Judgement.DENIED, Judgement.NONE);
        denied(Duration.ofSeconds(5), "buyer", "/new", Judgement.DENIED, Judgement.NONE);

        assertThat(report(Map.of("since", "1m")).denials())
                .extracting(Entry::path)
                .containsExactly("/new");
        assertThat(report(Map.of("since", "5m")).denials()).hasSize(2);
        for (String wrong : new String[] {"", "1", "1d", "-1s", "1m ", "123456s"}) {
            assertThat(ask(Map.of("since", wrong)).status()).as(wrong).isEqualTo(400);
        }
    }
}
