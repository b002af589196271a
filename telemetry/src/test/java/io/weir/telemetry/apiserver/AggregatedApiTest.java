package io.weir.telemetry.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.telemetry.api.ApiAnswer;
import io.weir.telemetry.api.ApiRequest;
import io.weir.telemetry.api.MetricsApi;
import io.weir.telemetry.apiserver.Authorization.Decision;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Inventory;
import io.weir.telemetry.model.Readings;
import io.weir.telemetry.model.ResourceKind;
import io.weir.telemetry.model.Traffic;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Behind a real API server, with the rights that the telemetry program is installed with. */
@KubeTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AggregatedApiTest {

    private static final String BASE = "/apis/metrics.smi-spec.io/v1alpha2";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KubeApiServer kube;
    private final TestAuthority servers = new TestAuthority("servers");
    private final List<ApiRequest> asked = new CopyOnWriteArrayList<>();
    private final String shop;
    private InstalledAccount account;
    private KubernetesClient own;
    private RequestHeaderConfig callers;
    private AggregatedServer server;

    AggregatedApiTest(KubeApiServer kube) throws Exception {
        this.kube = kube;
        this.shop = kube.namespace("shop");
    }

    @BeforeAll
    void install() throws Exception {
        account = InstalledAccount.in(kube, "/kubernetes/telemetry-rbac.yaml");
        kube.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-system")
                        .withName(account.namespace())
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", RequestHeaderConfig.NAME + "-reader")
                        .addNewSubject("", "ServiceAccount", "default", account.namespace())
                        .build())
                .create();
        own = account.client();
        callers = RequestHeaderConfig.follow(own, WatchOptions.defaults());
        assertThat(callers.awaitSynced(PATIENCE)).isTrue();
        kube.serviceOnThisMachine(account.namespace(), "weir-telemetry");
        server = AggregatedServer.start(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                servers.server("weir-telemetry." + account.namespace() + ".svc").manager(),
                callers,
                AccessReviews.of(own, Instant::now),
                this::answer,
                callers::synced);
        register("v1alpha1", 100);
        register("v1alpha2", 200);
        grant("alice", "deployments", "pods/edges");
        await().atMost(PATIENCE).until(() -> isAvailable("v1alpha1") && isAvailable("v1alpha2"));
    }

    /** What there is is known, and of traffic nothing: as after a restart. */
    private ApiAnswer answer(ApiRequest request) {
        asked.add(request);
        TreeMap<Inventory.Resource, SortedMap<String, String>> there = new TreeMap<>();
        there.put(new Inventory.Resource(ResourceKind.DEPLOYMENT, shop, "web"), new TreeMap<>());
        Inventory inventory = new Inventory(there, new TreeMap<>(), Map.of(), new TreeMap<>(), List.of());
        return new MetricsApi(new NothingYet(), () -> inventory).answer(request);
    }

    /** Readings that have just begun. */
    private static final class NothingYet implements Readings {

        @Override
        public Answer window(Duration window) {
            return new Answer.Incomplete("begun a moment ago", Duration.ofSeconds(7));
        }

        @Override
        public Map<Edge, Traffic> totals() {
            return Map.of();
        }
    }

    private void register(String version, int priority) throws Exception {
        kube.client()
                .apiServices()
                .resource(new APIServiceBuilder()
                        .withNewMetadata()
                        .withName(version + ".metrics.smi-spec.io")
                        .endMetadata()
                        .withNewSpec()
                        .withGroup("metrics.smi-spec.io")
                        .withVersion(version)
                        .withGroupPriorityMinimum(100)
                        .withVersionPriority(priority)
                        .withCaBundle(servers.caBundle())
                        .withNewService()
                        .withNamespace(account.namespace())
                        .withName("weir-telemetry")
                        .withPort(server.port())
                        .endService()
                        .endSpec()
                        .build())
                .create();
    }

    private boolean isAvailable(String version) {
        return kube
                .client()
                .apiServices()
                .withName(version + ".metrics.smi-spec.io")
                .get()
                .getStatus()
                .getConditions()
                .stream()
                .anyMatch(condition -> condition.getType().equals("Available")
                        && condition.getStatus().equals("True"));
    }

    private void grant(String user, String... resources) {
        kube.client()
                .resource(new RoleBuilder()
                        .withNewMetadata()
                        .withNamespace(shop)
                        .withName(user)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("metrics.smi-spec.io")
                        .withResources(resources)
                        .withVerbs("get", "list")
                        .endRule()
                        .build())
                .create();
        kube.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(shop)
                        .withName(user)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", user)
                        .addNewSubject("rbac.authorization.k8s.io", "User", user, null)
                        .build())
                .create();
    }

    @AfterAll
    void uninstall() throws Exception {
        // One that nobody serves would trouble every other test's discovery.
        for (String version : List.of("v1alpha1", "v1alpha2")) {
            kube.client()
                    .apiServices()
                    .withName(version + ".metrics.smi-spec.io")
                    .delete();
        }
        server.close();
        callers.close();
        own.close();
    }

    private static int code(KubernetesClient client, String path) {
        try {
            client.raw(path, "GET", null);
            return 200;
        } catch (KubernetesClientException e) {
            return e.getCode();
        }
    }

    private String deployment() {
        return BASE + "/namespaces/" + shop + "/deployments/web";
    }

    @Test
    void who_may_is_answered_and_who_may_not_is_refused() {
        try (KubernetesClient alice = ApiServer.once(kube.user("alice").client(), PATIENCE);
                KubernetesClient bob = ApiServer.once(kube.user("bob").client(), PATIENCE)) {
            assertThat(code(alice, deployment() + "?t=1m"))
                    .as("allowed, and nothing known")
                    .isEqualTo(503);
            assertThat(asked).contains(new ApiRequest("GET", deployment(), Map.of("t", "1m"), null));
            assertThat(code(alice, deployment() + "x"))
                    .as("allowed, and not there")
                    .isEqualTo(404);
            assertThat(code(alice, deployment() + "/edges")).isEqualTo(403);
            assertThat(code(bob, deployment())).isEqualTo(403);
        }
        assertThat(account.requests())
                .as("asked again, as the program")
                .anyMatch(request -> request.toString().contains("subjectaccessreviews"));
    }

    @Test
    void discovery_is_there_while_no_traffic_is_known() {
        assertThat(kube.client()
                        .getApiGroup("metrics.smi-spec.io")
                        .getPreferredVersion()
                        .getVersion())
                .isEqualTo("v1alpha2");
        assertThat(kube.client().getApiResources("metrics.smi-spec.io/v1alpha2").getResources())
                .extracting(APIResource::getName)
                .contains("deployments", "deployments/edges", "trafficsplits", "nodes");
        assertThat(kube.client().pods().inNamespace(shop).list().getItems())
                .as("the core kinds of the same names are not taken over")
                .isEmpty();
    }

    /** Else it would delete no namespace, since there might be something in it. */
    @Test
    void the_cluster_knows_of_itself_what_is_served() {
        JsonMapper json = JsonMapper.shared();
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode groups = json.readTree(aggregatedDiscovery());
            assertThat(groups.path("items"))
                    .filteredOn(group -> group.at("/metadata/name").asString("").equals("metrics.smi-spec.io"))
                    .singleElement()
                    .satisfies(group -> assertThat(group.path("versions"))
                            .hasSize(2)
                            .allSatisfy(version -> {
                                assertThat(version.path("freshness").asString(""))
                                        .isEqualTo("Current");
                                assertThat(version.path("resources").size()).isGreaterThan(10);
                            }));
        });
    }

    private String aggregatedDiscovery() throws Exception {
        io.fabric8.kubernetes.client.http.HttpClient http = kube.client().getHttpClient();
        return http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(kube.client().getMasterUrl() + "apis")
                                .header(
                                        "Accept",
                                        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
                                .build(),
                        String.class)
                .get()
                .body();
    }

    @Test
    void rights_are_those_of_the_asserted_user_and_end_within_seconds() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        AccessReviews reviews = AccessReviews.of(own, now::get);
        grant("carol", "services");
        Caller carol = new Caller("carol", "", List.of("system:authenticated"), new TreeMap<>());
        ReviewedAction services = ReviewedAction.of("GET", BASE + "/namespaces/" + shop + "/services/web");
        ReviewedAction edges = ReviewedAction.of("GET", BASE + "/namespaces/" + shop + "/services/web/edges");
        ReviewedAction elsewhere = ReviewedAction.of("GET", BASE + "/namespaces/other/services/web");
        ReviewedAction discovery = ReviewedAction.of("GET", BASE);
        assertThat(reviews.decide(carol, services)).isEqualTo(Decision.ALLOWED);
        assertThat(reviews.decide(carol, edges)).isEqualTo(Decision.DENIED);
        assertThat(reviews.decide(carol, elsewhere)).isEqualTo(Decision.DENIED);
        assertThat(reviews.decide(carol, discovery)).isEqualTo(Decision.ALLOWED);
        kube.client().rbac().roleBindings().inNamespace(shop).withName("carol").delete();
        assertThat(reviews.decide(carol, services)).as("remembered").isEqualTo(Decision.ALLOWED);
        await().atMost(PATIENCE).until(() -> {
            now.updateAndGet(before -> before.plus(AccessReviews.LIFE));
            return reviews.decide(carol, services) == Decision.DENIED;
        });
    }

    @Test
    void nobody_is_believed_whom_the_cluster_does_not_name_and_new_authorities_are_at_once() throws Exception {
        TestAuthority added = new TestAuthority("added");
        HttpClient forger = servers.http(null);
        HttpClient later = servers.http(added.client("CN=front-proxy"));
        HttpClient misnamed = servers.http(added.client("CN=somebody"));
        assertThat(direct(forger)).isEqualTo(401);
        assertThat(direct(later)).isEqualTo(401);
        kube.client()
                .configMaps()
                .inNamespace(RequestHeaderConfig.NAMESPACE)
                .withName(RequestHeaderConfig.NAME)
                .edit(map -> {
                    try {
                        map.getData().merge("requestheader-client-ca-file", added.pem(), String::concat);
                    } catch (java.security.GeneralSecurityException e) {
                        throw new IllegalStateException(e);
                    }
                    return map;
                });
        await().atMost(PATIENCE).until(() -> direct(later) == 503);
        assertThat(direct(forger)).isEqualTo(401);
        assertThat(direct(misnamed)).as("not an allowed name").isEqualTo(401);
    }

    /** Asks as if for alice, at the server itself. */
    private int direct(HttpClient client) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + deployment()))
                                .header("X-Remote-User", "alice")
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
