package io.weir.controlplane.source.kubernetes;

import static io.weir.controlplane.source.kubernetes.Objects.asHeld;
import static io.weir.controlplane.source.kubernetes.Objects.draining;
import static io.weir.controlplane.source.kubernetes.Objects.key;
import static io.weir.controlplane.source.kubernetes.Objects.outside;
import static io.weir.controlplane.source.kubernetes.Objects.pod;
import static io.weir.controlplane.source.kubernetes.Objects.ready;
import static io.weir.controlplane.source.kubernetes.Objects.service;
import static io.weir.controlplane.source.kubernetes.Objects.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.build.Built;
import io.weir.controlplane.model.build.MeshModelBuilder;
import io.weir.controlplane.source.ClusterState;
import io.weir.controlplane.source.ClusterState.BackendAddress;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.kubernetes.Slice.Family;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshStateTest {

    private static final ServicePortKey WEB = new ServicePortKey(new ServiceKey("shop", "web"), 80, Transport.TCP);

    private final MeshState mesh = new MeshState();

    private ClusterState apply(Held... changes) {
        return mesh.apply(changes(List.of(changes)));
    }

    private static Map<ObjectRef, Held> changes(List<Held> held) {
        Map<ObjectRef, Held> changes = new HashMap<>();
        held.forEach(one -> changes.put(one.ref(), one));
        return changes;
    }

    private ClusterState remove(Held gone) {
        Map<ObjectRef, Held> changes = new HashMap<>();
        changes.put(gone.ref(), null);
        return mesh.apply(changes);
    }

    private static BackendAddress backend(String address, boolean ready, String pod) {
        return new BackendAddress(address, 8080, ready, pod == null ? null : key(pod));
    }

    @Test
    void a_slice_leads_to_the_pods_that_it_names() {
        ClusterState state = apply(
                service("web", "http"),
                asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1")),
                asHeld(pod("b", "ub", Pod.Stage.LIVE, "10.0.0.2")),
                slice("web-1", "web", Family.IPV4, ready("10.0.0.2", "b", "ub"), ready("10.0.0.1", "a", "ua")));
        assertThat(state.endpoints().get(WEB))
                .containsExactly(backend("10.0.0.1", true, "a"), backend("10.0.0.2", true, "b"));
    }

    @Test
    void a_pod_belongs_to_what_made_it_and_to_what_made_that_and_no_proxy_need_know() {
        ClusterState before = apply(
                service("web", "http"),
                asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1")),
                slice("web-1", "web", Family.IPV4, ready("10.0.0.1", "a", "ua")));
        Replica early = before.replicas().get(key("a"));
        assertThat(early.workload()).isEqualTo("web-5d4");
        assertThat(early.owners()).containsExactly(new Replica.Owner("ReplicaSet", "web-5d4"));
        assertThat(early.node()).isEqualTo("n1");
        ClusterState after = apply(Objects.owner("web-5d4", "web"));
        Replica late = after.replicas().get(key("a"));
        assertThat(late.workload()).isEqualTo("web");
        assertThat(late.owners())
                .containsExactly(new Replica.Owner("ReplicaSet", "web-5d4"), new Replica.Owner("Deployment", "web"));
        Built built = MeshModelBuilder.build(before, MeshSettings.defaults());
        Built rebuilt = MeshModelBuilder.rebuild(built, before, after);
        assertThat(rebuilt.model()).isEqualTo(built.model());
        assertThat(rebuilt.model().workloads().get(key("a")))
                .isSameAs(built.model().workloads().get(key("a")));
    }

    @Test
    void a_service_without_slices_has_an_entry_for_each_port_and_nothing_behind_it() {
        assertThat(apply(service("web", "http", "other")).endpoints())
                .hasSize(2)
                .allSatisfy((_, addresses) -> assertThat(addresses).isEmpty());
    }

    @Test
    void an_address_of_a_pod_that_is_not_known_yet_or_any_more_leads_nowhere() {
        Held web = service("web", "http");
        Held slice = slice("web-1", "web", Family.IPV4, ready("10.0.0.1", "a", "ua"));
        assertThat(apply(web, slice).endpoints().get(WEB)).isEmpty();
        assertThat(apply(asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1")))
                        .endpoints()
                        .get(WEB))
                .hasSize(1);
        // The name and the address were given to another pod, and the slice is of the one before.
        assertThat(apply(asHeld(pod("a", "uz", Pod.Stage.LIVE, "10.0.0.1")))
                        .endpoints()
                        .get(WEB))
                .isEmpty();
        // It is the same pod with another address.
        assertThat(apply(asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.9")))
                        .endpoints()
                        .get(WEB))
                .isEmpty();
        assertThat(remove(asHeld(pod("a", "ua", Pod.Stage.LIVE))).endpoints().get(WEB))
                .isEmpty();
    }

    @Test
    void a_pod_on_its_nodes_network_is_reached_and_is_nobody() {
        Pod pod = pod("a", "ua", Pod.Stage.LIVE, "192.0.2.1");
        Pod onNode = new Pod(
                pod.key(),
                pod.uid(),
                pod.created(),
                pod.stage(),
                Pod.Network.NODE,
                true,
                pod.addresses(),
                pod.serviceAccount(),
                pod.labels(),
                pod.annotations(),
                pod.ports(),
                null,
                KeySource.CONTROL_PLANE,
                pod.node(),
                null);
        ClusterState state = apply(
                service("web", "http"),
                asHeld(onNode),
                slice("web-1", "web", Family.IPV4, ready("192.0.2.1", "a", "ua"), outside("192.0.2.2")));
        assertThat(state.replicas()).isEmpty();
        assertThat(state.endpoints().get(WEB))
                .containsExactly(backend("192.0.2.1", true, null), backend("192.0.2.2", true, null));
    }

    @Test
    void draining_pods_serve_only_where_nobody_else_does() {
        Held web = service("web", "http");
        Held a = asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1"));
        Held b = asHeld(pod("b", "ub", Pod.Stage.TERMINATING, "10.0.0.2"));
        ClusterState both = apply(
                web,
                a,
                b,
                slice("web-1", "web", Family.IPV4, ready("10.0.0.1", "a", "ua"), draining("10.0.0.2", "b", "ub")));
        assertThat(both.endpoints().get(WEB))
                .containsExactly(backend("10.0.0.1", true, "a"), backend("10.0.0.2", false, "b"));
        ClusterState last = apply(slice("web-1", "web", Family.IPV4, draining("10.0.0.2", "b", "ub")));
        assertThat(last.endpoints().get(WEB)).containsExactly(backend("10.0.0.2", true, "b"));
    }

    @Test
    void a_pod_with_addresses_of_both_families_counts_once() {
        ClusterState state = apply(
                service("web", "http"),
                asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1", "fd00::1")),
                asHeld(pod("b", "ub", Pod.Stage.LIVE, "fd00::2")),
                slice("web-4", "web", Family.IPV4, ready("10.0.0.1", "a", "ua")),
                slice(
                        "web-6",
                        "web",
                        Family.IPV6,
                        ready("fd00::1", "a", "ua"),
                        ready("fd00::2", "b", "ub"),
                        outside("fd00::3")));
        assertThat(state.endpoints().get(WEB))
                .containsExactly(backend("10.0.0.1", true, "a"), backend("fd00::2", true, "b"));
        ClusterState six = remove(slice("web-4", "web", Family.IPV4));
        assertThat(six.endpoints().get(WEB))
                .extracting(BackendAddress::address)
                .containsExactly("fd00::1", "fd00::2", "fd00::3");
    }

    @Test
    void an_address_in_two_slices_counts_once_and_is_ready_if_one_says_so() {
        Held pod = asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1"));
        Slice.Backend notReady = new Slice.Backend("10.0.0.1", false, false, new Slice.Target(key("a"), "ua"));
        ClusterState state = apply(
                service("web", "http"),
                pod,
                slice("web-1", "web", Family.IPV4, notReady),
                slice("web-2", "web", Family.IPV4, ready("10.0.0.1", "a", "ua")));
        assertThat(state.endpoints().get(WEB)).containsExactly(backend("10.0.0.1", true, "a"));
    }

    @Test
    void an_address_belongs_to_the_pod_that_lives_not_to_the_one_that_ends() {
        Held old = asHeld(pod("old", "uo", Pod.Stage.TERMINATING, "10.0.0.1"));
        Held slice =
                slice("web-1", "web", Family.IPV4, draining("10.0.0.1", "old", "uo"), ready("10.0.0.1", "new", "un"));
        assertThat(apply(service("web", "http"), old, slice).replicas()).containsOnlyKeys(key("old"));
        ClusterState state = apply(asHeld(pod("new", "un", Pod.Stage.LIVE, "10.0.0.1")));
        assertThat(state.replicas()).containsOnlyKeys(key("new"));
        assertThat(state.endpoints().get(WEB)).containsExactly(backend("10.0.0.1", true, "new"));
        assertThat(remove(asHeld(pod("new", "un", Pod.Stage.LIVE))).replicas()).containsOnlyKeys(key("old"));
    }

    @Test
    void what_changes_nothing_gives_the_same_state_and_what_changes_little_keeps_the_rest() {
        ClusterState before = apply(
                service("web", "http"),
                service("api", "http"),
                Objects.account("web"),
                asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1")),
                asHeld(pod("b", "ub", Pod.Stage.LIVE, "10.0.0.2")),
                slice("web-1", "web", Family.IPV4, ready("10.0.0.1", "a", "ua")),
                slice("api-1", "api", Family.IPV4, ready("10.0.0.2", "b", "ub")));
        assertThat(apply(service("web", "http"), asHeld(pod("a", "ua", Pod.Stage.LIVE, "10.0.0.1"))))
                .isSameAs(before);
        ClusterState after = apply(slice("web-1", "web", Family.IPV4));
        ServicePortKey api = new ServicePortKey(new ServiceKey("shop", "api"), 80, Transport.TCP);
        assertThat(after.endpoints().get(WEB)).isEmpty();
        assertThat(after.endpoints().get(api)).isSameAs(before.endpoints().get(api));
        after.services()
                .forEach((key, service) ->
                        assertThat(service).isSameAs(before.services().get(key)));
        after.replicas()
                .forEach((key, replica) ->
                        assertThat(replica).isSameAs(before.replicas().get(key)));
    }

    /** A seed is in the test's name, so that a failure can be repeated. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void changes_one_by_one_give_what_all_objects_give_at_once(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<ObjectRef, Held> all = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            Map<ObjectRef, Held> changes = new HashMap<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                Held held = random(random);
                changes.put(held.ref(), random.nextInt(4) == 0 ? null : held);
            }
            changes.forEach((ref, held) -> {
                if (held == null) {
                    all.remove(ref);
                } else {
                    all.put(ref, held);
                }
            });
            assertThat(mesh.apply(changes)).as("step %s", step).isEqualTo(new MeshState().apply(all));
        }
    }

    private static Held random(SplittableRandom random) {
        String name = "n" + random.nextInt(4);
        return switch (random.nextInt(6)) {
            case 0 ->
                service(
                        "s" + random.nextInt(3),
                        random.nextBoolean() ? new String[] {"http"} : new String[] {"http", "x"});
            case 1 -> Objects.owner("web-5d4", "web" + random.nextInt(2));
            case 2 -> Objects.account(name);
            case 3 -> {
                Family family = random.nextInt(3) == 0 ? Family.IPV6 : Family.IPV4;
                List<Slice.Backend> backends = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    backends.add(new Slice.Backend(
                            address(family, random),
                            random.nextBoolean(),
                            random.nextInt(3) == 0,
                            random.nextInt(4) == 0
                                    ? null
                                    : new Slice.Target(key("n" + random.nextInt(4)), "u" + random.nextInt(2))));
                }
                yield slice(
                        "sl" + random.nextInt(5),
                        "s" + random.nextInt(3),
                        family,
                        backends.toArray(Slice.Backend[]::new));
            }
            default -> {
                Pod pod = pod(
                        name,
                        "u" + random.nextInt(2),
                        List.of(Pod.Stage.values()).get(random.nextInt(3)),
                        address(Family.IPV4, random),
                        address(Family.IPV6, random));
                yield asHeld(new Pod(
                        pod.key(),
                        pod.uid(),
                        Instant.ofEpochSecond(random.nextInt(3)),
                        pod.stage(),
                        random.nextInt(5) == 0 ? Pod.Network.NODE : Pod.Network.OWN,
                        pod.ready(),
                        pod.addresses(),
                        pod.serviceAccount(),
                        pod.labels(),
                        pod.annotations(),
                        pod.ports(),
                        null,
                        KeySource.CONTROL_PLANE,
                        pod.node(),
                        pod.owner()));
            }
        };
    }

    private static String address(Family family, SplittableRandom random) {
        return switch (family) {
            case IPV4 -> "10.0.0." + random.nextInt(4);
            case IPV6 -> "fd00::" + random.nextInt(4);
        };
    }
}
