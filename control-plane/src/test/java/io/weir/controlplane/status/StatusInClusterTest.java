package io.weir.controlplane.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.weir.controlplane.SmiDefinitions;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.SmiEntry;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.controlplane.source.kubernetes.KubernetesSource;
import io.weir.testing.kube.AuditLog;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Under exactly the rules that the control plane is installed with. */
@Tag("kube")
class StatusInClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static KubeApiServer kube;
    private static InstalledAccount account;
    private static KubernetesClient client;
    private static KubernetesSource source;

    @BeforeAll
    static void start() throws InterruptedException {
        kube = KubeApiServer.launch();
        SmiDefinitions.install(kube.client());
        account = InstalledAccount.in(kube, "/kubernetes/control-plane-rbac.yaml");
        client = account.client();
        source = KubernetesSource.start(client, KubernetesOptions.defaults());
        assertThat(source.awaitSynced(PATIENCE)).isTrue();
    }

    @AfterAll
    static void end() {
        source.close();
        client.close();
        kube.close();
    }

    /** What a leader does. */
    private record Leader(StatusWriter statuses, EventWriter events) implements AutoCloseable {

        static Leader start() {
            return start(InstantSource.system());
        }

        /** One that leads at another time. */
        static Leader start(InstantSource clock) {
            return new Leader(
                    StatusWriter.start(
                            client, KubernetesOptions.defaults().watch(), StatusInClusterTest::observed, clock),
                    EventWriter.start(client, StatusInClusterTest::observed, clock));
        }

        @Override
        public void close() {
            statuses.close();
            events.close();
        }
    }

    private static Observed observed() {
        ClusterState state = source.current();
        return new Observed(
                state,
                MeshModelBuilder.build(state, MeshSettings.defaults()),
                new Acknowledgements(new TreeSet<>(), true, List.of()));
    }

    private static void apply(String namespace, String text) {
        for (HasMetadata object : kube.client()
                .load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .items()) {
            kube.client()
                    .resource(object)
                    .inNamespace(namespace)
                    .forceConflicts()
                    .serverSideApply();
        }
    }

    private static String service(String name, int port) {
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {selector: {app: %s}, ports: [{name: http, port: %d}]}
                """.formatted(name, name, port);
    }

    private static String split(String name, String backends) {
        return """
                ---
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: %s}
                spec: {service: web, backends: [%s]}
                """.formatted(name, backends);
    }

    private static String kubectl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                kube.kubectl().toString(),
                "--kubeconfig",
                kube.admin().kubeconfig().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static JsonNode json(String namespace, String... what) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("get", "-n", namespace, "-o", "json"));
        arguments.addAll(List.of(what));
        return JSON.readTree(kubectl(arguments.toArray(String[]::new)));
    }

    /** {@code Type=Status Reason}, sorted. */
    private static List<String> conditions(String namespace, String... what) throws Exception {
        List<String> conditions = new ArrayList<>();
        for (JsonNode one : json(namespace, what).path("status").path("conditions")) {
            conditions.add(one.path("type").asString("") + "="
                    + one.path("status").asString("") + " " + one.path("reason").asString(""));
        }
        conditions.sort(null);
        return conditions;
    }

    private static void awaitCondition(String namespace, String split, String condition) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(conditions(namespace, "trafficsplits", split))
                        .contains(condition));
    }

    /** Weir's own: the API server tells of its Services too. */
    private static List<Event> events(String namespace) {
        return kube.client().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getSource() != null
                        && "weir".equals(event.getSource().getComponent()))
                .toList();
    }

    /** By object, which version of it there is. */
    private static Map<String, String> versions(String namespace) throws Exception {
        Map<String, String> versions = new TreeMap<>();
        for (JsonNode one : json(namespace, "trafficsplits,tcproutes").path("items")) {
            versions.put(
                    one.path("kind").asString("") + " "
                            + one.path("metadata").path("name").asString(""),
                    one.path("metadata").path("resourceVersion").asString(""));
        }
        for (Event event : events(namespace)) {
            versions.put(
                    "Event " + event.getMetadata().getName(),
                    event.getMetadata().getResourceVersion());
        }
        return versions;
    }

    @Test
    void people_see_it_where_they_look() throws Exception {
        String namespace = kube.namespace("shop");
        apply(
                namespace,
                service("web", 80)
                        + service("old", 1024)
                        + split("canary", "{service: web, weight: 1}, {service: old, weight: 1}"));
        JsonNode before = json(namespace, "trafficsplits", "canary");
        try (Leader _ = Leader.start()) {
            awaitCondition(namespace, "canary", "ResolvedRefs=False BackendExcluded");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    kubectl("describe", "-n", namespace, "trafficsplits.split.smi-spec.io", "canary"))
                            .containsPattern(
                                    "(?s)Events:.*Warning +BackendExcluded .* weir +spec.backends\\[1\\].service: "
                                            + "Service " + namespace + "/old has no port 80/TCP"));
        }
        assertThat(conditions(namespace, "trafficsplits", "canary"))
                .containsExactly(
                        "Accepted=True Accepted",
                        "Conflicted=False NoConflict",
                        "Programmed=Unknown NoProxies",
                        "ResolvedRefs=False BackendExcluded");
        assertThat(conditions(namespace, "trafficsplits.v1alpha2.split.smi-spec.io", "canary"))
                .contains("Accepted=True Accepted");
        assertThat(kubectl("get", "-n", namespace, "trafficsplits", "canary"))
                .containsPattern("NAME +SERVICE +ACCEPTED +PROGRAMMED +AGE\ncanary +web +True +Unknown ");
        JsonNode after = json(namespace, "trafficsplits", "canary");
        assertThat(after.path("spec")).isEqualTo(before.path("spec"));
        assertThat(after.path("metadata").path("generation"))
                .isEqualTo(before.path("metadata").path("generation"));
        for (JsonNode condition : after.path("status").path("conditions")) {
            assertThat(condition.path("observedGeneration").asLong(0)).isEqualTo(1);
            assertThat(condition.path("lastTransitionTime").asString("")).endsWith("Z");
        }
    }

    @Test
    void what_is_said_already_is_not_written_again_not_by_a_new_leader_either_and_changes_no_state() throws Exception {
        String namespace = kube.namespace("quiet");
        apply(namespace, service("web", 80) + split("canary", "{service: web, weight: 1}, {service: gone, weight: 1}"));
        try (Leader _ = Leader.start()) {
            awaitCondition(namespace, "canary", "ResolvedRefs=False BackendExcluded");
            await().atMost(PATIENCE).until(() -> !events(namespace).isEmpty());
        }
        Map<String, String> settled = versions(namespace);
        ObjectRef canary = new ObjectRef("TrafficSplit", namespace, "canary");
        await().atMost(PATIENCE).until(() -> source.current().smi().containsKey(canary));
        SmiEntry known = source.current().smi().get(canary);

        try (Leader _ = Leader.start()) {
            apply(namespace, split("sentinel", "{service: web, weight: 1}"));
            awaitCondition(namespace, "sentinel", "Conflicted=True Conflict");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(events(namespace)).hasSize(2));
        }
        assertThat(versions(namespace)).containsAllEntriesOf(settled);
        assertThat(source.current().smi().get(canary)).isSameAs(known);
        assertThat(kube.audit().of(account.user())).as("forbidden").noneMatch(request -> request.code() == 403);
    }

    @Test
    void conditions_of_others_survive_and_a_changed_object_is_judged_anew() throws Exception {
        String namespace = kube.namespace("shared");
        apply(namespace, service("web", 80) + split("canary", "{service: web, weight: 1}, {service: gone, weight: 1}"));
        GenericKubernetesResource other = kube.client()
                .getKubernetesSerialization()
                .unmarshal("""
                        apiVersion: split.smi-spec.io/v1alpha4
                        kind: TrafficSplit
                        metadata: {name: canary, namespace: %s}
                        status: {conditions: [{type: Analysed, status: "True", reason: Fine, message: ""}]}
                        """.formatted(namespace), GenericKubernetesResource.class);
        try (Leader _ = Leader.start()) {
            awaitCondition(namespace, "canary", "ResolvedRefs=False BackendExcluded");
            kube.client()
                    .resource(other)
                    .subresource("status")
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                    .withFieldManager("somebody")
                                    .build(),
                            other);
            awaitEvents(namespace, "Warning BackendExcluded 1");
            apply(namespace, split("canary", "{service: web, weight: 1}"));
            awaitCondition(namespace, "canary", "ResolvedRefs=True ResolvedRefs");
            awaitEvents(namespace, "Warning BackendExcluded 1", "Normal Resolved 1");
        }
        assertThat(conditions(namespace, "trafficsplits", "canary"))
                .contains("Analysed=True Fine")
                .hasSize(5);
        assertThat(json(namespace, "trafficsplits", "canary")
                        .path("status")
                        .path("conditions")
                        .path(0)
                        .path("observedGeneration")
                        .asLong(0))
                .isEqualTo(2);
    }

    /** By type, reason and count. */
    private static void awaitEvents(String namespace, String... expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events(namespace))
                        .extracting(event -> event.getType() + " " + event.getReason() + " " + event.getCount())
                        .containsExactlyInAnyOrder(expected));
    }

    @Test
    void what_begins_again_is_counted_and_what_is_over_while_nobody_leads_is_told_by_the_next() {
        String namespace = kube.namespace("again");
        String broken = split("canary", "{service: web, weight: 1}, {service: gone, weight: 1}");
        String right = split("canary", "{service: web, weight: 1}");
        apply(namespace, service("web", 80) + broken);
        try (Leader _ = Leader.start()) {
            awaitEvents(namespace, "Warning BackendExcluded 1");
            apply(namespace, right);
            awaitEvents(namespace, "Warning BackendExcluded 1", "Normal Resolved 1");
        }
        try (Leader _ = Leader.start(() -> Instant.now().plusSeconds(60))) {
            apply(namespace, broken);
            awaitEvents(namespace, "Warning BackendExcluded 2", "Normal Resolved 1");
        }
        apply(namespace, right);
        ObjectRef canary = new ObjectRef("TrafficSplit", namespace, "canary");
        await().atMost(PATIENCE)
                .until(() -> source.current().versions().get(canary).generation() == 4);
        try (Leader _ = Leader.start(() -> Instant.now().plusSeconds(120))) {
            awaitEvents(namespace, "Warning BackendExcluded 2", "Normal Resolved 2");
        }
    }

    @Test
    void five_hundred_at_once_take_their_time() throws Exception {
        String namespace = kube.namespace("many");
        StringBuilder routes = new StringBuilder();
        IntStream.range(0, 500).forEach(i -> routes.append("""
                ---
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: TCPRoute
                metadata: {name: route-%d}
                spec: {matches: {ports: [80]}}
                """.formatted(i)));
        apply(namespace, routes.toString());
        long begun = System.nanoTime();
        try (Leader _ = Leader.start()) {
            await().atMost(PATIENCE.multipliedBy(2))
                    .untilAsserted(() -> assertThat(written(namespace)).isEqualTo(500));
        }
        // 50 at once, then 20 a second; a slower machine takes longer.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(22));
        assertThat(kube.audit().of(account.user()).stream()
                        .filter(request -> request.verb().equals("patch"))
                        .filter(request -> request.namespace().equals(namespace))
                        .map(AuditLog.Request::resource))
                .as("each once")
                .hasSize(500)
                .containsOnly("tcproutes/status");
    }

    private static long written(String namespace) throws Exception {
        long written = 0;
        for (JsonNode route : json(namespace, "tcproutes").path("items")) {
            written += route.path("status").path("conditions").isEmpty() ? 0 : 1;
        }
        return written;
    }
}
