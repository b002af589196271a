package io.weir.controlplane.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.replicas.ReplicaReport.Refused;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@KubeTest
class ReplicasTest {

    private Instant now = Instant.parse("2026-11-26T10:00:00Z");

    private static ReplicaReport report(String bundle, WorkloadKey... inSync) {
        return new ReplicaReport(bundle, "digest", new TreeSet<>(List.of(inSync)), true);
    }

    @Test
    void refusals_are_told_to_the_others_cut_to_a_line_and_to_the_first_few(KubeApiServer kube) {
        String namespace = kube.namespace("replicas");
        WorkloadKey proxy = new WorkloadKey("shop", "web-1");
        List<Refused> refused = IntStream.range(0, 30)
                .mapToObj(i -> new Refused(proxy, "outbound/shop/web/" + i, "no\nsuch  thing" + "!".repeat(i * 30)))
                .toList();
        try (Replicas one = Replicas.join(kube.client(), namespace, "one", () -> now);
                Replicas two = Replicas.join(kube.client(), namespace, "two", () -> now)) {
            one.publish(new ReplicaReport("", "", new TreeSet<>(), true, refused));
            List<Refused> told = two.live().getLast().refused();
            assertThat(told).hasSize(20).isEqualTo(refused.subList(0, 20));
            assertThat(told.getFirst().reason()).isEqualTo("no such thing");
            assertThat(told.getLast().reason()).hasSize(300);
        }
    }

    private String lastWrite(KubeApiServer kube, String namespace, String name) {
        return kube.client()
                .leases()
                .inNamespace(namespace)
                .withName("weir-replica-" + name)
                .get()
                .getMetadata()
                .getResourceVersion();
    }

    @Test
    void each_knows_what_the_others_say_until_they_leave_or_fall_silent(KubeApiServer kube) {
        String namespace = kube.namespace("replicas");
        ReplicaReport said = report("b1", new WorkloadKey("shop", "a"), new WorkloadKey("other", "b"));
        try (Replicas one = Replicas.join(kube.client(), namespace, "one", () -> now);
                Replicas two = Replicas.join(kube.client(), namespace, "two", () -> now)) {
            assertThat(one.live()).containsExactly(ReplicaReport.NOTHING, ReplicaReport.NOTHING);
            two.publish(said);
            assertThat(one.live()).containsExactly(ReplicaReport.NOTHING, said);

            now = now.plus(Replicas.SILENCE).plusMillis(1);
            one.publish(report("b2"));
            assertThat(one.live()).containsExactly(report("b2"));
            two.publish(said);
            assertThat(one.live()).containsExactly(report("b2"), said);

            two.close();
            assertThat(one.live()).containsExactly(report("b2"));
        }
    }

    @Test
    void a_replica_whose_clock_is_slow_lives_for_as_long_as_it_renews(KubeApiServer kube) {
        String namespace = kube.namespace("replicas");
        ReplicaReport said = report("b1");
        try (Replicas one = Replicas.join(kube.client(), namespace, "one", () -> now);
                Replicas slow = Replicas.join(kube.client(), namespace, "slow", () -> now.minusSeconds(120))) {
            slow.publish(said);
            for (int i = 0; i < 6; i++) {
                assertThat(one.live()).contains(said);
                now = now.plusSeconds(15);
                slow.publish(said);
            }
            assertThat(one.live()).contains(said);
            now = now.plus(Replicas.SILENCE);
            assertThat(one.live()).doesNotContain(said);
        }
    }

    @Test
    void one_that_fell_silent_and_did_not_leave_may_still_serve_proxies(KubeApiServer kube) {
        String namespace = kube.namespace("replicas");
        try (Replicas one = Replicas.join(kube.client(), namespace, "one", () -> now);
                Replicas silent = Replicas.join(kube.client(), namespace, "silent", () -> now)) {
            silent.publish(report("b1"));
            now = now.plus(Duration.ofMinutes(59));
            assertThat(one.known()).containsExactly(ReplicaReport.NOTHING, report("b1"));
            assertThat(one.live()).containsExactly(ReplicaReport.NOTHING);
            now = now.plus(Duration.ofMinutes(2));
            assertThat(one.known()).containsExactly(ReplicaReport.NOTHING);

            silent.publish(report("b1"));
            assertThat(one.known()).hasSize(2);
            silent.close();
            silent.publish(report("b2"));
            assertThat(one.known()).containsExactly(ReplicaReport.NOTHING);
        }
    }

    @Test
    void what_is_said_again_is_written_only_to_renew_the_lease(KubeApiServer kube) {
        String namespace = kube.namespace("replicas");
        try (Replicas one = Replicas.join(kube.client(), namespace, "one", () -> now)) {
            one.publish(report("b1"));
            String written = lastWrite(kube, namespace, "one");
            now = now.plusSeconds(4);
            one.publish(report("b1"));
            assertThat(lastWrite(kube, namespace, "one")).isEqualTo(written);
            now = now.plusSeconds(1);
            one.publish(report("b1"));
            assertThat(lastWrite(kube, namespace, "one")).isNotEqualTo(written);
        }
    }

    @Test
    void what_replicas_left_that_ended_long_ago_is_deleted(KubeApiServer kube) {
        String namespace = kube.namespace("replicas");
        Replicas.join(kube.client(), namespace, "old", () -> now.minus(Duration.ofHours(2)));
        try (Replicas one = Replicas.join(kube.client(), namespace, "one", () -> now)) {
            one.sweep();
        }
        assertThat(kube.client().leases().inNamespace(namespace).list().getItems())
                .isEmpty();
    }

    @Test
    void workloads_are_packed_and_too_many_are_left_out() {
        TreeSet<WorkloadKey> many = new TreeSet<>();
        IntStream.range(0, 1_000)
                .forEach(i -> many.add(
                        new WorkloadKey("ns-" + i % 10, "web-7d4b9c" + Integer.toString(i * 7919, 36) + "-x" + i)));
        assertThat(Packed.read(Packed.of(many))).isEqualTo(many);
        assertThat(Packed.of(many).length()).isLessThan(20_000);
        assertThat(Packed.read(Packed.of(new TreeSet<>()))).isEmpty();
        assertThatThrownBy(() -> Packed.read("abc")).isInstanceOf(IllegalArgumentException.class);
    }
}
