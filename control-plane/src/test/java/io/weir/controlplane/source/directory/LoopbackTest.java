package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.PortBinding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackTest {

    private static final SortedSet<ServiceKey> NO_SERVICES = Collections.emptySortedSet();

    @TempDir
    private Path folder;

    private static WorkloadKey replica(String name) {
        return new WorkloadKey("shop", name);
    }

    private static SortedMap<WorkloadKey, String> replicas(String... names) {
        TreeMap<WorkloadKey, String> replicas = new TreeMap<>();
        for (String name : names) {
            replicas.put(replica(name), "default");
        }
        return replicas;
    }

    @Test
    void places_never_collide_and_never_move_while_others_come_and_go() {
        SplittableRandom random = new SplittableRandom(7);
        LoopbackTable table = LoopbackTable.EMPTY;
        Map<WorkloadKey, Integer> placed = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            TreeMap<WorkloadKey, String> wanted = new TreeMap<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                wanted.put(replica("w" + random.nextInt(80)), "default");
            }
            table = table.with(wanted, NO_SERVICES, WorkloadKey::toString);
            Map<WorkloadKey, Integer> now = table.replicas().assigned();
            assertThat(now.keySet()).containsAll(wanted.keySet());
            assertThat(new HashSet<>(now.values())).hasSameSizeAs(now.keySet());
            assertThat(now.values()).allMatch(block -> block >= 1 && block <= LoopbackTable.MAX_REPLICAS);
            placed.forEach((key, block) -> assertThat(now).containsEntry(key, block));
            placed.putAll(now);
        }
    }

    @Test
    void when_all_places_are_given_one_that_is_gone_loses_its_own() {
        TreeMap<WorkloadKey, String> all = new TreeMap<>();
        for (int i = 0; i < LoopbackTable.MAX_REPLICAS; i++) {
            all.put(replica("w" + i), "default");
        }
        LoopbackTable full = LoopbackTable.EMPTY.with(all, NO_SERVICES, WorkloadKey::toString);
        all.put(replica("zz"), "default");
        LoopbackTable over = full.with(all, NO_SERVICES, WorkloadKey::toString);
        assertThat(over.replicas().assigned()).doesNotContainKey(replica("zz"));
        all.remove(replica("w7"));
        LoopbackTable again = over.with(all, NO_SERVICES, WorkloadKey::toString);
        assertThat(again.replicas().assigned())
                .containsEntry(replica("zz"), full.replicas().assigned().get(replica("w7")));
    }

    @Test
    void services_have_offsets_of_their_own_within_a_block() {
        TreeSet<ServiceKey> services = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            services.add(new ServiceKey("shop", "s" + i));
        }
        LoopbackTable table = LoopbackTable.EMPTY.with(replicas(), services, WorkloadKey::toString);
        SortedMap<ServiceKey, Integer> offsets = table.services().assigned();
        assertThat(offsets).hasSize(4_079);
        assertThat(new HashSet<>(offsets.values())).hasSize(4_079).allMatch(o -> o >= 16 && o <= 4_094);
    }

    @Test
    void a_uid_lasts_until_the_replica_is_deleted_or_gets_another_account() throws IOException {
        Path file = folder.resolve("loopback.json");
        String first;
        try (LoopbackPlan plan = LoopbackPlan.open(file, null)) {
            first = uid(plan.assign(replicas("a", "b"), NO_SERVICES));
            assertThat(uid(plan.assign(replicas("a"), NO_SERVICES))).isEqualTo(first);
        }
        try (LoopbackPlan plan = LoopbackPlan.open(file, null)) {
            assertThat(uid(plan.assign(replicas("a"), NO_SERVICES))).isEqualTo(first);
            TreeMap<WorkloadKey, String> other = new TreeMap<>(Map.of(replica("a"), "other"));
            String second = uid(plan.assign(other, NO_SERVICES));
            assertThat(second).isNotEqualTo(first);
            plan.assign(replicas(), NO_SERVICES);
            assertThat(uid(plan.assign(other, NO_SERVICES))).isNotIn(first, second);
        }
    }

    private static String uid(LoopbackTable table) {
        return table.incarnations().get(replica("a")).uid();
    }

    @Test
    void a_restart_changes_no_place_even_where_names_sort_differently() throws IOException {
        Path file = folder.resolve("loopback.json");
        Map<WorkloadKey, Integer> before;
        try (LoopbackPlan plan = LoopbackPlan.open(file, null)) {
            before = plan.assign(replicas("m", "z"), new TreeSet<>(List.of(new ServiceKey("shop", "web"))))
                    .replicas()
                    .assigned();
        }
        try (LoopbackPlan plan = LoopbackPlan.open(file, null)) {
            LoopbackTable after = plan.assign(replicas("a", "m", "z"), NO_SERVICES);
            assertThat(after.replicas().assigned()).containsAllEntriesOf(before);
            assertThat(after.services().assigned()).containsEntry(new ServiceKey("shop", "web"), 16);
        }
    }

    @Test
    void the_saved_plan_is_for_its_owner_only() throws IOException {
        Path file = folder.resolve("loopback.json");
        try (LoopbackPlan plan = LoopbackPlan.open(file, null)) {
            plan.assign(replicas("a"), NO_SERVICES);
        }
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void two_meshes_on_one_machine_never_share_a_block_and_each_finds_its_own_again() throws IOException {
        Path locks = folder.resolve("locks");
        int first;
        try (LoopbackPlan one = LoopbackPlan.open(folder.resolve("1.json"), locks);
                LoopbackPlan two = LoopbackPlan.open(folder.resolve("2.json"), locks)) {
            assertThat(two.base()).isNotEqualTo(one.base());
            two.assign(replicas("a"), NO_SERVICES);
            first = two.base();
        }
        try (LoopbackPlan two = LoopbackPlan.open(folder.resolve("2.json"), locks)) {
            assertThat(two.base()).isEqualTo(first);
        }
    }

    @Test
    void sidecars_keep_the_block_of_a_control_plane_that_is_away_from_any_other_mesh() throws IOException {
        Path locks = folder.resolve("locks");
        int base;
        try (LoopbackPlan one = LoopbackPlan.open(folder.resolve("1.json"), locks)) {
            one.assign(replicas("a", "b"), NO_SERVICES);
            base = one.base();
        }
        // Both begin with the same wish: a second mesh that had the block yesterday is no exception.
        Files.copy(folder.resolve("1.json"), folder.resolve("2.json"));
        try (ServerSocket sidecar = sidecar(base, 2)) {
            int other;
            try (LoopbackPlan two = LoopbackPlan.open(folder.resolve("2.json"), locks)) {
                other = two.base();
                assertThat(other).isNotEqualTo(base);
            }
            try (LoopbackPlan one = LoopbackPlan.open(folder.resolve("1.json"), locks)) {
                assertThat(one.base()).isEqualTo(base);
            }
            sidecar.close();
            try (LoopbackPlan two = LoopbackPlan.open(folder.resolve("2.json"), locks)) {
                assertThat(two.base()).as("where it was last").isEqualTo(other);
            }
        }
    }

    @Test
    void ports_that_others_have_everywhere_are_found_when_a_mesh_starts_and_not_while_its_sidecars_run()
            throws IOException {
        Path locks = folder.resolve("locks");
        Path file = folder.resolve("loopback.json");
        int early;
        int base;
        try (ServerSocket other = new ServerSocket(0);
                LoopbackPlan plan = LoopbackPlan.open(file, locks)) {
            early = other.getLocalPort();
            plan.assign(replicas("a"), NO_SERVICES);
            assertThat(plan.taken()).contains(early);
            base = plan.base();
        }
        try (ServerSocket late = new ServerSocket(0)) {
            try (ServerSocket sidecar = sidecar(base, 1);
                    LoopbackPlan plan = LoopbackPlan.open(file, locks)) {
                assertThat(sidecar.isBound()).isTrue();
                assertThat(plan.taken()).contains(early).doesNotContain(late.getLocalPort());
            }
            try (LoopbackPlan plan = LoopbackPlan.open(file, locks)) {
                assertThat(plan.taken()).contains(late.getLocalPort()).doesNotContain(early);
            }
        }
    }

    private static ServerSocket sidecar(int base, int replica) throws IOException {
        int address = base + replica * LoopbackTable.BLOCK_SIZE + LoopbackTable.SIDECAR_OFFSET;
        byte[] bytes = ByteBuffer.allocate(4).putInt(address).array();
        return new ServerSocket(DirectoryOptions.HTTP_PROXY_PORT, 1, InetAddress.getByAddress(bytes));
    }

    @Test
    void when_no_block_is_left_a_mesh_is_told_why_it_can_not_run() {
        List<LoopbackPlan> plans = new ArrayList<>();
        try {
            // Other meshes of this machine have theirs already.
            assertThatThrownBy(() -> {
                        while (plans.size() <= 15) {
                            plans.add(LoopbackPlan.open(null, folder));
                        }
                    })
                    .hasMessageContaining("15 meshes");
            assertThat(plans.stream().map(LoopbackPlan::base)).doesNotHaveDuplicates();
        } finally {
            plans.forEach(LoopbackPlan::close);
        }
    }

    @Test
    void a_port_that_may_not_be_bound_is_bound_ten_thousand_above_or_at_the_next_free_one() {
        PortBinding binding = new PortBinding(1024, new TreeSet<>(List.of(15_080)));
        assertThat(binding.bind(List.of(80, 443, 10_080, 8080)))
                .isEqualTo(Map.of(80, 10_081, 443, 10_443, 10_080, 10_080, 8080, 8080));
        assertThat(binding.bind(List.of(15_080))).isEqualTo(Map.of(15_080, 25_080));
        assertThat(PortBinding.same().bind(List.of(80))).isEqualTo(Map.of(80, 80));
    }

    @Test
    void no_two_ports_are_ever_bound_to_one() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 500; round++) {
            TreeSet<Integer> ports = new TreeSet<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                ports.add(random.nextBoolean() ? random.nextInt(1, 1100) : random.nextInt(10_000, 11_100));
            }
            Map<Integer, Integer> bound = new PortBinding(1024, new TreeSet<>()).bind(ports);
            assertThat(bound.keySet()).isEqualTo(ports);
            assertThat(new HashSet<>(bound.values())).hasSameSizeAs(ports).allMatch(port -> port >= 1024);
        }
    }
}
