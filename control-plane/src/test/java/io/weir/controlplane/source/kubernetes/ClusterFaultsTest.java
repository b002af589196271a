package io.weir.controlplane.source.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus;
import io.weir.controlplane.source.kubernetes.watch.InformerStatus.Phase;
import io.weir.controlplane.source.kubernetes.watch.WatchOptions;
import io.weir.smi.SmiKind;
import io.weir.smi.split.v1alpha4.TrafficSplit;
import io.weir.testing.kube.KubeApiServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the source is told by a real API server while that fails in every way it can, with 200 Services and 50 pods. */
@Tag("kube")
class ClusterFaultsTest {

    private static final WatchOptions PATIENT = WatchOptions.defaults();
    /** Dead connections are found within five seconds instead of eighty. */
    private static final WatchOptions QUICK = new WatchOptions(
            100,
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            Duration.ofMillis(500));

    private static KubeApiServer server;
    private static SmallCluster cluster;
    private TcpGate gate;
    private KubernetesClient client;
    private KubernetesSource source;
    private History history;

    @BeforeAll
    static void launch() throws InterruptedException {
        server = KubeApiServer.launch();
        cluster = new SmallCluster(server.client());
        cluster.fill();
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static void installed() {
        if (server.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .list()
                .getItems()
                .isEmpty()) {
            cluster.installDefinitions();
        }
    }

    private void follow(WatchOptions options) throws InterruptedException {
        gate = TcpGate.to(server.url());
        Config config = server.admin().config();
        config.setMasterUrl("https://127.0.0.1:" + gate.port());
        config.setHttp2Disable(true);
        client = new KubernetesClientBuilder().withConfig(config).build();
        source = KubernetesSource.start(client, new KubernetesOptions(options, Duration.ofMillis(50)));
        assertThat(source.awaitSynced(Duration.ofSeconds(30)))
                .as("%s", source.kinds())
                .isTrue();
        history = History.of(source);
        assertThat(source.current().services()).hasSizeGreaterThanOrEqualTo(SmallCluster.SERVICES);
        assertThat(source.current().replicas()).hasSizeGreaterThanOrEqualTo(SmallCluster.PODS);
    }

    @AfterEach
    void close() {
        source.close();
        client.close();
        gate.close();
    }

    private static ServiceKey made(String name) {
        cluster.service(name, "east");
        return new ServiceKey("east", name);
    }

    private static void delete(ServiceKey service) {
        server.client()
                .services()
                .inNamespace(service.namespace())
                .withName(service.name())
                .delete();
    }

    private static int endpoints(ClusterState state, ServiceKey service) {
        return state.endpoints()
                .getOrDefault(new ServicePortKey(service, 80, Transport.TCP), List.of())
                .size();
    }

    private long lists() {
        return source.kinds().stream().mapToLong(InformerStatus::lists).sum();
    }

    private boolean everyKindIs(Phase phase) {
        return source.kinds().stream().allMatch(kind -> kind.phase() == phase || kind.phase() == Phase.ABSENT);
    }

    @Test
    void an_api_server_that_is_killed_and_started_again_takes_nothing_away() throws Exception {
        installed();
        follow(QUICK);
        server.kill();
        await().atMost(Duration.ofSeconds(30)).until(() -> everyKindIs(Phase.WAITING));
        int before = gate.accepted();
        await().pollDelay(Duration.ofSeconds(30)).atMost(Duration.ofSeconds(40)).until(() -> true);
        assertThat((gate.accepted() - before) / source.kinds().size())
                .as(
                        "connections of a kind in thirty seconds: two for an attempt, as the JDK's client repeats a GET whose"
                                + " connection broke, and at least half a second from one attempt to the next")
                .isLessThan(90);
        server.start();
        ServiceKey added = made("after-the-restart");
        history.await(state -> state.services().containsKey(added));
        await().atMost(Duration.ofSeconds(30)).until(() -> everyKindIs(Phase.CURRENT));
        history.assertNothingWithdrawn();
        delete(added);
    }

    @Test
    void after_a_compaction_the_state_is_read_anew_and_only_what_was_deleted_goes() throws Exception {
        installed();
        ServiceKey gone = made("gone-meanwhile");
        follow(QUICK);
        long lists = lists();
        gate.refuse();
        delete(gone);
        ServiceKey added = made("added-meanwhile");
        cluster.slice(added.name(), added.namespace(), List.of("pod-0", "pod-4"));
        // A restarted API server starts its memory of events at the present, and etcd has forgotten the rest.
        server.stop();
        server.etcd().compact();
        server.start();
        gate.admit();
        history.await(state -> endpoints(state, added) == 2 && !state.services().containsKey(gone));
        await().atMost(Duration.ofSeconds(30)).until(() -> lists() > lists);
        history.assertNothingWithdrawn(gone);
        delete(added);
    }

    @Test
    void connections_that_are_cut_again_and_again_lose_no_change() throws Exception {
        installed();
        follow(PATIENT);
        long lists = lists();
        for (int round = 0; round < 5; round++) {
            gate.cut();
            ServiceKey added = made("cut-" + round);
            cluster.slice(added.name(), added.namespace(), List.of("pod-0", "pod-4"));
            history.await(state -> endpoints(state, added) == 2);
        }
        assertThat(lists()).as("what was missed is told, not read anew").isEqualTo(lists);
        history.assertNothingWithdrawn();
    }

    @Test
    void connections_that_die_without_a_word_are_found_and_replaced() throws Exception {
        installed();
        follow(QUICK);
        gate.freeze();
        ServiceKey added = made("unheard");
        cluster.slice(added.name(), added.namespace(), List.of("pod-0", "pod-4"));
        history.await(state -> endpoints(state, added) == 2);
        history.assertNothingWithdrawn();
    }

    @Test
    void a_pod_that_is_replaced_under_its_name_is_another_one() throws Exception {
        installed();
        cluster.pod("spare", "east", "10.2.0.1", Map.of());
        ServiceKey service = made("replaced");
        cluster.slice("replaced", "east", List.of("spare"));
        follow(PATIENT);
        history.await(state -> endpoints(state, service) == 1);
        String before =
                source.current().replicas().get(Objects.key("east", "spare")).uid();
        cluster.deletePod("spare");
        history.await(state -> !state.replicas().containsKey(Objects.key("east", "spare")));
        assertThat(endpoints(source.current(), service)).isZero();
        String after =
                cluster.pod("spare", "east", "10.2.0.1", Map.of()).getMetadata().getUid();
        history.await(state -> state.replicas().containsKey(Objects.key("east", "spare")));
        assertThat(after).isNotEqualTo(before);
        assertThat(endpoints(source.current(), service))
                .as("the slice is of the one before")
                .isZero();
        cluster.slice("replaced", "east", List.of("spare"));
        history.await(state -> endpoints(state, service) == 1);
        cluster.deletePod("spare");
        delete(service);
    }

    @Test
    void kinds_that_are_installed_later_are_found_and_an_odd_object_spoils_only_itself() throws Exception {
        server.client().apiextensions().v1().customResourceDefinitions().delete();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.client()
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .list()
                        .getItems()
                        .isEmpty());
        follow(QUICK);
        assertThat(source.kinds())
                .filteredOn(kind -> kind.phase() == Phase.ABSENT)
                .hasSize(SmiKind.values().length);
        cluster.installDefinitions();
        cluster.split("good", "east", "1");
        cluster.split("odd", "east", "2");
        ObjectRef odd = new ObjectRef("TrafficSplit", "east", "odd");
        history.await(state -> state.smi().size() == 2);
        ClusterState before = source.current();

        acceptAnything(SmiKind.TRAFFIC_SPLIT);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            cluster.split("odd", "east", "[{much: {}}]");
            return true;
        });
        history.await(state -> !state.diagnostics().isEmpty());
        GenericKubernetesResource later = cluster.split("good", "east", "7");
        history.await(state -> weight(state, "good") == 7);
        assertThat(later.getMetadata().getName()).isEqualTo("good");
        assertThat(source.current().smi().get(odd)).isEqualTo(before.smi().get(odd));
        assertThat(source.current().diagnostics())
                .allSatisfy(found -> assertThat(found.object()).isEqualTo(odd))
                .anySatisfy(found -> assertThat(found.severity()).isEqualTo(Diagnostic.Severity.ERROR));
        assertThat(everyKindIs(Phase.CURRENT)).isTrue();
        history.assertNothingWithdrawn();
        server.client().apiextensions().v1().customResourceDefinitions().delete();
        history.await(state -> state.smi().isEmpty());
    }

    private static int weight(ClusterState state, String name) {
        TrafficSplit split = (TrafficSplit)
                state.smi().get(new ObjectRef("TrafficSplit", "east", name)).object();
        return split.spec().backends().getFirst().weight();
    }

    /** As a definition of somebody else's may. */
    private static void acceptAnything(SmiKind kind) {
        server.client()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(kind.plural() + "." + kind.group())
                .edit(definition -> {
                    CustomResourceDefinition open = definition;
                    open.getSpec()
                            .getVersions()
                            .forEach(version -> version.getSchema()
                                    .setOpenAPIV3Schema(new JSONSchemaPropsBuilder()
                                            .withType("object")
                                            .withXKubernetesPreserveUnknownFields(true)
                                            .build()));
                    return open;
                });
    }
}
