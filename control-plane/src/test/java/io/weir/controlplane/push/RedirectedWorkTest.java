package io.weir.controlplane.push;

import static io.weir.controlplane.reference.Yaml.group;
import static io.weir.controlplane.reference.Yaml.service;
import static io.weir.controlplane.reference.Yaml.serviceFor;
import static io.weir.controlplane.reference.Yaml.split;
import static io.weir.controlplane.reference.Yaml.state;
import static io.weir.controlplane.reference.Yaml.target;
import static io.weir.controlplane.reference.Yaml.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.ca.WorkloadCertificates;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.InCluster;
import io.weir.controlplane.source.SettableSource;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a cluster of many pods a change costs what it changes, counted in resources that are built. */
class RedirectedWorkTest {

    private static final int PODS = 40;
    private static final int SERVICES = 20;

    private final Map<WorkloadKey, Integer> pods = new HashMap<>();
    private final Map<ServiceKey, Integer> services = new HashMap<>();
    private final List<String> mesh = new ArrayList<>();

    @TempDir
    Path folder;

    private CertificateAuthority authority;
    private SettableSource source;
    private Pipeline pipeline;

    @BeforeEach
    void start() throws IOException {
        InstantSource clock = InstantSource.system();
        authority = CertificateAuthority.open(
                StateFolder.open(folder), new TrustDomain("cluster.local"), CertificateSettings.defaults(), clock);
        for (int i = 0; i < PODS; i++) {
            mesh.add(workload("w" + i, "w", "{name: http, port: 80}"));
        }
        for (int i = 0; i < SERVICES; i++) {
            mesh.add(serviceFor("s" + i, "w" + i, "{name: http, port: 80}"));
        }
        mesh.add(serviceFor("db-headless", "w0", "{name: tcp, port: 5432}"));
        mesh.add(group("all", "{name: all, pathRegex: '.*'}"));
        mesh.add(target("all", "w", List.of("w"), "HTTPRouteGroup/all"));
        source = new SettableSource(cluster());
        pipeline = new Pipeline(source, MeshSettings.defaults(), authority, new WorkloadCertificates(authority, clock));
        pipeline.follow();
    }

    @AfterEach
    void stop() throws IOException {
        pipeline.close();
        authority.close();
    }

    private ClusterState cluster() {
        return new InCluster(
                        key -> List.of("10.1.0." + pods.computeIfAbsent(key, _ -> pods.size() + 1)),
                        key -> key.name().endsWith("-headless")
                                ? List.of()
                                : List.of("10.96.0." + services.computeIfAbsent(key, _ -> services.size() + 1)))
                .of(state(mesh.toArray(String[]::new)));
    }

    private Map<XdsType, Long> counts() {
        Map<XdsType, Long> counts = new EnumMap<>(XdsType.class);
        for (XdsType type : XdsType.values()) {
            counts.put(type, pipeline.builds(type));
        }
        return counts;
    }

    /** What is built when every proxy asks, by type; types of which nothing is built are left out. */
    private Map<XdsType, Long> built() {
        Map<XdsType, Long> before = counts();
        snapshots();
        return difference(before);
    }

    private Map<XdsType, Long> difference(Map<XdsType, Long> before) {
        Map<XdsType, Long> more = new EnumMap<>(XdsType.class);
        counts().forEach((type, count) -> {
            long difference = count - before.get(type);
            if (difference > 0) {
                more.put(type, difference);
            }
        });
        return more;
    }

    private List<ProxySnapshot> snapshots() {
        return pipeline.world().built().model().workloads().keySet().stream()
                .map(key -> Objects.requireNonNull(pipeline.snapshot(key, new Abilities(Telemetry.EDGES, true))))
                .toList();
    }

    private Map<XdsType, Long> builtAfter(Runnable change) throws InterruptedException {
        snapshots();
        Map<XdsType, Long> before = counts();
        become(change);
        snapshots();
        return difference(before);
    }

    /** Changes the mesh, and waits for the world that follows. */
    private void become(Runnable change) throws InterruptedException {
        change.run();
        ClusterState next = cluster();
        CountDownLatch done = new CountDownLatch(1);
        pipeline.onWorld(world -> {
            if (world.state().equals(next)) {
                done.countDown();
            }
        });
        source.set(next);
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void what_is_of_no_single_pod_is_built_once_for_all() {
        assertThat(snapshots()).hasSize(PODS);
        // A listener for each Service and for the pod behind the headless one, one outbound for all, one inbound each.
        assertThat(pipeline.builds(XdsType.LISTENER)).isEqualTo(SERVICES + 1 + 1 + PODS);
        assertThat(built()).isEmpty();
        assertThat(snapshots().stream().map(one -> one.shared(XdsType.LISTENER)).distinct())
                .hasSize(1);
    }

    @Test
    void an_endpoint_that_leaves_is_one_assignment_by_each_of_its_names() throws InterruptedException {
        // That of its Service, and that by which it is asked for from beyond a scope.
        assertThat(builtAfter(() -> mesh.set(3, mesh.get(3).replace("spec: {", "spec: {ready: false, "))))
                .isEqualTo(Map.of(XdsType.ENDPOINT, 2L));
    }

    @Test
    void a_pod_behind_a_headless_service_that_is_not_ready_keeps_its_listener() throws InterruptedException {
        assertThat(builtAfter(() -> mesh.set(0, mesh.get(0).replace("spec: {", "spec: {ready: false, "))))
                .isEqualTo(Map.of(XdsType.ENDPOINT, 3L));
        assertThat(snapshots().getFirst().shared(XdsType.LISTENER).get("direct/10.1.0.1:5432"))
                .isNotNull();
    }

    @Test
    void a_pod_that_comes_behind_a_headless_service_is_one_listener_for_all() throws InterruptedException {
        Map<XdsType, Long> built = builtAfter(
                () -> mesh.add(workload("w0b", "w", "{name: tcp, port: 5432}").replace("app: w0b", "app: w0")));
        // Besides its own inbound listener, and its endpoints behind the two Services that select it.
        assertThat(built.get(XdsType.LISTENER)).isEqualTo(2);
        assertThat(built.get(XdsType.ENDPOINT)).isEqualTo(3);
    }

    @Test
    void what_a_proxy_counted_before_it_became_newer_is_built_for_nobody() throws InterruptedException {
        pipeline.snapshot(new WorkloadKey("shop", "w0"), new Abilities(Telemetry.DENIALS, true));
        // That of the Service, and the one in which all have its address.
        assertThat(builtAfter(() -> mesh.add(serviceFor("more", "w1", "{name: http, port: 80}")))
                        .get(XdsType.LISTENER))
                .isEqualTo(2);
    }

    @Test
    void what_only_proxies_had_that_left_is_built_for_nobody() throws InterruptedException {
        WorkloadKey old = new WorkloadKey("shop", "w0");
        snapshots();
        pipeline.snapshot(old, new Abilities(Telemetry.DENIALS, true));
        Set<WorkloadKey> others =
                new HashSet<>(pipeline.world().built().model().workloads().keySet());
        others.remove(old);
        pipeline.keepOnly(others);

        Map<XdsType, Long> before = counts();
        become(() -> mesh.add(serviceFor("more", "w1", "{name: http, port: 80}")));
        assertThat(difference(before).get(XdsType.LISTENER)).isEqualTo(1);
    }

    @Test
    void a_service_that_nobody_with_a_sidecar_is_behind_is_no_listener() throws InterruptedException {
        assertThat(builtAfter(() -> mesh.add(service("nobody", "{name: http, port: 80}"))))
                .isEqualTo(Map.of(XdsType.ENDPOINT, 1L));
    }

    // ---- what is beyond a scope

    private ProxySnapshot of(String pod) {
        return Objects.requireNonNull(
                pipeline.snapshot(new WorkloadKey("shop", pod), new Abilities(Telemetry.EDGES, true)));
    }

    private void strangers() throws InterruptedException {
        become(() -> {
            mesh.add(workload("stranger", "stranger"));
            mesh.add(workload("other-stranger", "other-stranger"));
        });
    }

    @Test
    void who_may_call_nothing_is_told_of_no_service() throws InterruptedException {
        strangers();
        assertThat(of("w0").shared(XdsType.LISTENER).names()).hasSize(SERVICES + 1);
        assertThat(of("stranger").shared(XdsType.LISTENER).names()).hasSize(1);
        assertThat(of("stranger").onRequest(XdsType.CLUSTER).get("beyond/10.96.0.1:80"))
                .isNotNull();
        assertThat(of("stranger").shared(XdsType.ENDPOINT).get("beyond/10.96.0.1:80"))
                .isNotNull();
    }

    @Test
    void who_asks_in_the_state_of_the_world_is_told_of_all() throws InterruptedException {
        strangers();
        ProxySnapshot whole = Objects.requireNonNull(
                pipeline.snapshot(new WorkloadKey("shop", "stranger"), new Abilities(Telemetry.EDGES, false)));
        assertThat(whole.shared(XdsType.LISTENER).names()).hasSize(SERVICES + 1);
        assertThat(whole.onRequest(XdsType.CLUSTER).names()).isEmpty();
    }

    @Test
    void equal_scopes_share_what_they_are_told_and_keep_it() throws InterruptedException {
        strangers();
        ProxySnapshot before = of("stranger");
        for (XdsType type : List.of(XdsType.LISTENER, XdsType.CLUSTER, XdsType.ROUTE)) {
            assertThat(of("other-stranger").shared(type)).isSameAs(before.shared(type));
        }
        become(() -> mesh.set(3, mesh.get(3).replace("spec: {", "spec: {ready: false, ")));
        for (XdsType type : List.of(XdsType.LISTENER, XdsType.CLUSTER)) {
            assertThat(of("stranger").shared(type)).isSameAs(before.shared(type));
            assertThat(of("stranger").onRequest(type)).isSameAs(before.onRequest(type));
        }
    }

    @Test
    void a_service_that_comes_is_one_listener_for_those_who_see_it_and_one_in_which_all_have_its_address()
            throws InterruptedException {
        strangers();
        assertThat(builtAfter(() -> mesh.add(serviceFor("more", "w1", "{name: http, port: 80}")))
                        .get(XdsType.LISTENER))
                .isEqualTo(2);
    }

    @Test
    void a_cluster_to_which_a_split_leads_is_told_from_the_moment_that_the_split_is_there()
            throws InterruptedException {
        strangers();
        assertThat(of("stranger").shared(XdsType.CLUSTER).get("outbound/shop/s1/80"))
                .isNull();
        become(() -> mesh.add(split("s0", "s0", "s1=1")));
        assertThat(of("stranger").shared(XdsType.CLUSTER).get("outbound/shop/s1/80"))
                .isNotNull();
        assertThat(of("stranger").shared(XdsType.LISTENER).get("outbound/shop/s0/80"))
                .isNotNull();
        assertThat(of("stranger").shared(XdsType.LISTENER).get("outbound/shop/s1/80"))
                .isNull();
    }
}
