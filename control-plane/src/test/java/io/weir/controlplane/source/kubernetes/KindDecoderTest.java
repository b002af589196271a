package io.weir.controlplane.source.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Diagnostic;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState.ObjectVersion;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.ServiceEntry.TargetPort;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class KindDecoderTest {

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-5d4-x1
              namespace: shop
              uid: u1
              creationTimestamp: "2026-01-01T00:00:00Z"
              labels: {app: web}
              annotations: {weir.io/inject: enabled, cni.example/ips: "[]"}
              ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-5d4, uid: r1, controller: true}]
            spec:
              serviceAccountName: web
              nodeName: n1
              containers:
              - {name: web, ports: [{name: http, containerPort: 8080}, {containerPort: 8080}, {containerPort: 53, protocol: UDP}]}
              - {name: weir-proxy, ports: [{name: health, containerPort: 15021}]}
              initContainers:
              - {name: once, ports: [{containerPort: 1}]}
              - {name: beside, restartPolicy: Always, ports: [{name: stats, containerPort: 9100}, {containerPort: 7, protocol: SCTP}]}
            status:
              phase: Running
              podIP: fd00::7
              podIPs: [{ip: "fd00::7"}, {ip: 10.1.2.3}]
              conditions: [{type: Ready, status: "True"}]
            """;

    private static final String SPLIT = """
            apiVersion: split.smi-spec.io/v1alpha4
            kind: TrafficSplit
            metadata: {name: web, namespace: shop, uid: s1, creationTimestamp: "2026-01-01T00:00:00Z", resourceVersion: "7",
              managedFields: [{manager: kubectl}], annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}"}}
            spec: {service: web, backends: [{service: web-v1, weight: 1}]}
            status: {conditions: []}
            """;

    @Test
    void what_is_written_to_a_status_changes_nothing_that_is_kept() {
        ObjectRef ref = new ObjectRef("TrafficSplit", "shop", "web");
        Held before = KindDecoder.decode(Kind.TRAFFIC_SPLIT, ref, Yaml.object(SPLIT), null);
        String written = SPLIT.replace("resourceVersion: \"7\"", "resourceVersion: \"8\"")
                .replace("manager: kubectl", "manager: weir, subresource: status")
                .replace("conditions: []", "conditions: [{type: Accepted, status: \"True\"}]");
        assertThat(KindDecoder.decode(Kind.TRAFFIC_SPLIT, ref, Yaml.object(written), before))
                .isSameAs(before);
        Held changed = KindDecoder.decode(
                Kind.TRAFFIC_SPLIT, ref, Yaml.object(SPLIT.replace("uid: s1", "uid: s1, generation: 2")), before);
        assertThat(changed.version()).isEqualTo(new ObjectVersion("s1", 2, true));
        assertThat(changed.value()).isSameAs(before.value());
    }

    private static Pod pod(String text) {
        Held held = Yaml.held(Kind.POD, text);
        assertThat(held.diagnostics()).isEmpty();
        return ((Trimmed.OfPod) held.value()).pod();
    }

    private static SortedMap<String, String> map(String key, String value) {
        TreeMap<String, String> map = new TreeMap<>();
        map.put(key, value);
        return map;
    }

    @Test
    void a_pod_is_trimmed_to_what_the_mesh_reads() {
        assertThat(pod(POD))
                .isEqualTo(new Pod(
                        new WorkloadKey("shop", "web-5d4-x1"),
                        "u1",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Pod.Stage.LIVE,
                        Pod.Network.OWN,
                        true,
                        List.of("10.1.2.3", "fd00::7"),
                        "web",
                        map("app", "web"),
                        map("weir.io/inject", "enabled"),
                        List.of(
                                new Replica.Port(8080, "http", Transport.TCP, null, 8080),
                                new Replica.Port(53, "", Transport.UDP, null, 53),
                                new Replica.Port(9100, "stats", Transport.TCP, null, 9100)),
                        null,
                        KeySource.CONTROL_PLANE,
                        "n1",
                        new Replica.Owner("ReplicaSet", "web-5d4")));
    }

    @Test
    void a_pod_has_a_sidecar_if_it_was_injected_and_the_proxy_is_there() {
        String injected = POD.replace(
                "weir.io/inject: enabled",
                "weir.io/sidecar: '{\"style\":\"NATIVE\",\"interception\":\"REDIRECT\",\"udpPorts\":{\"53\":15300},"
                        + "\"excludedInboundPorts\":[9100],\"original\":{\"/spec\":\"x\"}}'");
        Pod pod = pod(injected);
        assertThat(pod.binds())
                .isEqualTo(new Binds.Redirected(
                        List.of("10.1.2.3", "fd00::7"), new TreeMap<>(Map.of(53, 15300)), new TreeSet<>(Set.of(9100))));
        assertThat(pod.annotations()).isEmpty();
        assertThat(pod(injected.replace("REDIRECT", "EXPLICIT")).binds())
                .isEqualTo(new Binds.Explicit(List.of("10.1.2.3", "fd00::7")));
        assertThat(pod(injected.replace("weir-proxy", "mine")).binds()).isNull();
        assertThat(pod(injected.replace("REDIRECT", "MAGIC")).binds()).isNull();
        assertThat(pod(injected.replace("beside", "weir-proxy")
                                .replace("{name: weir-proxy, ports: [{name: health", "{name: x, ports: [{name: health"))
                        .binds())
                .isNotNull();
    }

    @Test
    void a_pod_has_its_key_from_its_node_if_its_credentials_are_a_pod_certificate() {
        String certificate = POD.replace(
                "spec:",
                "spec:\n  volumes: [{name: weir-credentials, projected: {sources: [{podCertificate: "
                        + "{signerName: weir.io/workload, keyType: ECDSAP256, credentialBundlePath: bundle.pem}}]}}]");
        assertThat(pod(certificate).keySource()).isEqualTo(KeySource.NODE);
        assertThat(pod(certificate.replace("weir.io/workload", "other/signer")).keySource())
                .isEqualTo(KeySource.CONTROL_PLANE);
        assertThat(pod(POD).keySource()).isEqualTo(KeySource.CONTROL_PLANE);
    }

    @Test
    void a_pod_that_ends_is_not_ready_and_one_that_ended_is_no_workload() {
        Pod ending = pod(POD.replace("  uid: u1", "  uid: u1\n  deletionTimestamp: \"2026-01-01T00:01:00Z\""));
        assertThat(ending.stage()).isEqualTo(Pod.Stage.TERMINATING);
        assertThat(ending.ready()).isFalse();
        assertThat(ending.addressable()).isTrue();
        assertThat(pod(POD.replace("Running", "Succeeded")).addressable()).isFalse();
        assertThat(pod(POD.replace("spec:", "spec:\n  hostNetwork: true")).addressable())
                .isFalse();
    }

    @Test
    void a_status_that_only_says_when_it_was_looked_at_changes_nothing() {
        Held before = Yaml.held(Kind.POD, POD);
        Held after = Yaml.held(Kind.POD, POD.replace("status: \"True\"", "status: \"True\", lastProbeTime: x"), before);
        assertThat(after).isSameAs(before);
    }

    @Test
    void a_service_has_its_addresses_and_none_if_it_is_headless() {
        String service = """
                metadata: {name: web, namespace: shop}
                spec:
                  type: ClusterIP
                  clusterIP: 10.96.0.7
                  clusterIPs: [10.96.0.7, "fd00:96::7"]
                  selector: {app: web}
                  ports: [{name: http, port: 80, targetPort: http, appProtocol: http}, {name: x, port: 9, protocol: SCTP}]
                """;
        Held held = Yaml.held(Kind.SERVICE, service);
        assertThat(held.diagnostics()).isEmpty();
        assertThat(held.value())
                .isEqualTo(new Trimmed.OfServiceEntry(new ServiceEntry(
                        new ServiceKey("shop", "web"),
                        map("app", "web"),
                        List.of(new ServiceEntry.Port(80, "http", Transport.TCP, "http", new TargetPort.Named("http"))),
                        List.of("10.96.0.7", "fd00:96::7"))));
        Held headless = Yaml.held(
                Kind.SERVICE,
                service.replace("10.96.0.7, \"fd00:96::7\"", "None").replace("10.96.0.7", "None"));
        assertThat(((Trimmed.OfServiceEntry) headless.value()).service().clusterIps())
                .isEmpty();
    }

    @Test
    void addresses_are_as_envoy_writes_them_whatever_the_user_wrote() {
        Map<String, String> written = Map.of(
                "10.96.011.012", "10.96.11.12",
                "fd00:10:96::0001", "fd00:10:96::1",
                "FD00:0010:96:0:0:0:0:1", "fd00:10:96::1",
                "::", "::",
                "0:0:0:0:0:0:0:1", "::1",
                "fd00:0:0:1:0:0:0:1", "fd00:0:0:1::1",
                "fd00:0:0:1:1:0:0:1", "fd00::1:1:0:0:1",
                "fd00:1:0:2:3:4:5:6", "fd00:1:0:2:3:4:5:6",
                "::ffff:10.96.0.7", "10.96.0.7");
        written.forEach((text, canonical) ->
                assertThat(Addresses.canonical(text)).as(text).isEqualTo(canonical));
        assertThat(Addresses.canonical("None")).isNull();
        assertThat(Addresses.canonical("fe80::1%eth0")).isNull();
    }

    @Test
    void an_external_name_is_left_to_dns_without_a_word() {
        Held held = Yaml.held(Kind.SERVICE, """
                metadata: {name: db, namespace: shop}
                spec: {type: ExternalName, externalName: db.example.com}
                """);
        assertThat(held.value()).isNull();
        assertThat(held.diagnostics()).isEmpty();
    }

    @Test
    void namespaces_and_accounts_and_owners_need_no_more_than_metadata() {
        assertThat(Yaml.held(Kind.NAMESPACE, "metadata: {name: shop, labels: {weir.io/mode: deny, team: a}}")
                        .value())
                .isEqualTo(new Trimmed.OfNamespace(
                        new NamespaceEntry("shop", map("weir.io/mode", "deny"), new TreeMap<>())));
        assertThat(Yaml.held(Kind.SERVICE_ACCOUNT, "metadata: {name: web, namespace: shop}")
                        .value())
                .isEqualTo(new Trimmed.OfAccount(new Identity("shop", "web")));
        assertThat(Yaml.held(
                                Kind.REPLICA_SET,
                                "metadata: {name: web-5d4, namespace: shop,"
                                        + " ownerReferences: [{kind: Deployment, name: web, controller: true}]}")
                        .value())
                .isEqualTo(new Trimmed.OfReplicaSet(
                        new ObjectRef("ReplicaSet", "shop", "web-5d4"), new Replica.Owner("Deployment", "web")));
    }

    @Test
    void a_slice_says_who_is_ready_and_who_is_draining() {
        Held held = Yaml.held(Kind.ENDPOINT_SLICE, """
                metadata: {name: web-abc, namespace: shop, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                ports: [{name: http, port: 8080, protocol: TCP}, {name: all}]
                endpoints:
                - {addresses: [10.0.0.1], targetRef: {kind: Pod, namespace: shop, name: a, uid: ua}}
                - {addresses: [10.0.0.2], conditions: {ready: false, serving: true, terminating: true}}
                - {addresses: [10.0.0.3], conditions: {ready: false, serving: false, terminating: true}}
                - {addresses: [10.0.0.4], targetRef: {kind: Pod, namespace: other, name: a, uid: ua}}
                - {addresses: []}
                """);
        assertThat(held.diagnostics()).isEmpty();
        assertThat(held.value())
                .isEqualTo(new Trimmed.OfSlice(new Slice(
                        "web-abc",
                        new ServiceKey("shop", "web"),
                        Slice.Family.IPV4,
                        List.of(new Slice.Port("http", Transport.TCP, 8080)),
                        List.of(
                                new Slice.Backend(
                                        "10.0.0.1", true, false, new Slice.Target(new WorkloadKey("shop", "a"), "ua")),
                                new Slice.Backend("10.0.0.2", false, true, null),
                                new Slice.Backend("10.0.0.3", false, false, null),
                                new Slice.Backend("10.0.0.4", true, false, null)))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"addressType: FQDN", "addressType: IPv4\nendpoints: []\nmetadata: {name: x, namespace: shop}"})
    void a_slice_of_names_or_of_no_service_is_not_kept(String slice) {
        String head = slice.contains("metadata")
                ? ""
                : "metadata: {name: x, namespace: shop, labels: {kubernetes.io/service-name: web}}\n";
        assertThat(Yaml.held(Kind.ENDPOINT_SLICE, head + slice + "\n").value()).isNull();
    }

    @Test
    void an_smi_object_is_read_in_the_version_it_is_stored_in_and_its_status_is_no_part_of_it() {
        Held before = Yaml.held(Kind.TRAFFIC_SPLIT, SPLIT);
        assertThat(before.diagnostics()).isEmpty();
        assertThat(before.value()).isInstanceOf(Trimmed.OfSmi.class);
        Held after = Yaml.held(
                Kind.TRAFFIC_SPLIT,
                SPLIT.replace("conditions: []", "conditions: [{type: Accepted}]")
                        .replace("\"7\"", "\"8\""),
                before);
        assertThat(after).isSameAs(before);
    }

    @Test
    void an_object_made_invalid_keeps_its_last_good_version_and_says_so() {
        Held good = Yaml.held(Kind.TRAFFIC_SPLIT, SPLIT);
        Held bad = Yaml.held(Kind.TRAFFIC_SPLIT, SPLIT.replace("weight: 1", "weight: much"), good);
        assertThat(bad.value()).isSameAs(good.value());
        assertThat(bad.diagnostics()).singleElement().satisfies(found -> {
            assertThat(found.severity()).isEqualTo(Diagnostic.Severity.ERROR);
            assertThat(found.object()).isEqualTo(new ObjectRef("TrafficSplit", "shop", "web"));
            assertThat(found.field()).isEqualTo("spec.backends[0].weight");
            assertThat(found.message()).endsWith("The last good version stays in effect.");
        });
        assertThat(Yaml.held(Kind.TRAFFIC_SPLIT, SPLIT, bad).diagnostics()).isEmpty();
    }

    @Test
    void another_object_of_the_same_name_does_not_inherit() {
        Held good = Yaml.held(Kind.TRAFFIC_SPLIT, SPLIT);
        Held other = Yaml.held(
                Kind.TRAFFIC_SPLIT, SPLIT.replace("uid: s1", "uid: s2").replace("weight: 1", "weight: much"), good);
        assertThat(other.value()).isNull();
        assertThat(other.diagnostics()).isNotEmpty();
    }

    @Test
    void a_pod_with_a_field_of_the_wrong_type_keeps_its_last_good_version() {
        Held good = Yaml.held(Kind.POD, POD);
        Held bad = Yaml.held(Kind.POD, POD.replace("podIP: fd00::7", "podIP: [1]"), good);
        assertThat(bad.value()).isSameAs(good.value());
        assertThat(bad.diagnostics())
                .singleElement()
                .extracting(Diagnostic::field)
                .isEqualTo("status.podIP");
    }

    /** Seeds are in the test's name on purpose: a failure is repeated by running it again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatever_an_object_contains_it_is_an_answer_and_no_exception(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Kind> kinds = List.of(Kind.values());
        for (int i = 0; i < 500; i++) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            ObjectNode object = Yaml.object(kind == Kind.POD ? POD : SPLIT);
            for (int spoiled = 0; spoiled < 3; spoiled++) {
                spoil(object, random);
            }
            Held held = KindDecoder.decode(kind, new ObjectRef(kind.objectKind(), "shop", "web"), object, null);
            assertThat(held.value() != null || !held.diagnostics().isEmpty() || kind.smi() == null)
                    .isTrue();
        }
    }

    private static void spoil(JsonNode tree, SplittableRandom random) {
        JsonNode place = tree;
        while (true) {
            List<JsonNode> inner =
                    place.valueStream().filter(JsonNode::isContainer).toList();
            if (inner.isEmpty() || random.nextInt(4) == 0) {
                break;
            }
            place = inner.get(random.nextInt(inner.size()));
        }
        JsonNodeFactory make = JsonNodeFactory.instance;
        List<JsonNode> values = List.of(
                make.nullNode(),
                make.numberNode(-1),
                make.stringNode("\u0000{"),
                make.arrayNode().add(make.arrayNode()),
                make.objectNode().put("", true));
        JsonNode value = values.get(random.nextInt(values.size()));
        switch (place) {
            case ObjectNode object
            when !object.isEmpty() -> {
                List<String> names = List.copyOf(object.propertyNames());
                object.set(names.get(random.nextInt(names.size())), value);
            }
            case ArrayNode array when !array.isEmpty() -> array.set(random.nextInt(array.size()), value);
            default -> {}
        }
    }
}
