package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.cluster;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.weir.controlplane.xds.cache.AdsCounters;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams whose proxy is not known yet: authentication goes on when the test says so. */
class AdmissionTest {

    private final Queue<Runnable> authentications = new ArrayDeque<>();
    private final AdsWorld world = new AdsWorld(2, null, authentications::add);

    @AfterEach
    void close() {
        world.close();
    }

    private void authenticateNext() {
        authentications.remove().run();
    }

    private void assertToldToComeAgain(ScriptedClient client, String why) {
        Status end = client.ended();
        assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(end.getDescription()).isEqualTo(why + "; come again");
    }

    @Test
    void what_a_proxy_asks_before_it_is_known_is_answered_once_it_is_in_that_order() {
        world.give(A, cluster("c", "1"), route("r", "1"));
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.ask(XdsType.CLUSTER);
        client.ask(XdsType.ROUTE, "r");
        assertThat(client.waiting()).isEmpty();
        assertThat(world.registry.statuses()).isEmpty();

        authenticateNext();

        assertThat(client.take(XdsType.CLUSTER).names()).containsExactly("c");
        assertThat(client.take(XdsType.ROUTE).names()).containsExactly("r");
        assertThat(world.registry.statuses()).hasSize(1);
    }

    @Test
    void one_that_waits_holds_up_no_other() {
        world.give(A, cluster("c", "1"));
        world.client(Protocol.DELTA, A).ask(XdsType.CLUSTER);
        ScriptedClient second = world.client(Protocol.DELTA, A);
        second.ask(XdsType.CLUSTER);
        Runnable first = authentications.remove();

        authenticateNext();

        second.take(XdsType.CLUSTER);
        first.run();
        assertThat(world.registry.statuses()).hasSize(2);
    }

    @Test
    void who_leaves_before_being_known_is_not_looked_at_and_leaves_nothing() {
        world.duringAuthentication = () -> {
            throw new AssertionError("looked at");
        };
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.cancel();

        authenticateNext();

        assertThat(world.registry.statuses()).isEmpty();
        assertThat(world.counters.denials(AdsCounters.Denial.CREDENTIAL)).isZero();
    }

    @Test
    void who_leaves_while_being_looked_at_leaves_nothing() {
        world.give(A, cluster("c", "1"));
        ScriptedClient client = world.client(Protocol.DELTA, A);
        client.ask(XdsType.CLUSTER);
        world.duringAuthentication = client::cancel;

        authenticateNext();

        assertThat(world.registry.statuses()).isEmpty();
        assertThat(world.responses()).isZero();
        assertThat(world.counters.denials(AdsCounters.Denial.CREDENTIAL)).isZero();
    }

    @Test
    void who_waited_too_long_is_told_to_come_again_and_a_late_yes_changes_nothing() {
        ScriptedClient client = world.client(Protocol.DELTA, A);
        world.timers.advance(Duration.ofSeconds(14));
        assertThat(client.isOpen()).isTrue();

        world.timers.advance(Duration.ofSeconds(1));

        assertToldToComeAgain(client, "authentication takes too long");
        assertThat(world.counters.denials(AdsCounters.Denial.UNDECIDED)).isEqualTo(1);
        authenticateNext();
        assertThat(world.registry.statuses()).isEmpty();
    }

    @Test
    void a_stream_that_was_let_in_outlives_the_time_to_authenticate() {
        world.give(A, cluster("c", "1"));
        ScriptedClient client = world.client(Protocol.DELTA, A);
        authenticateNext();
        client.ask(XdsType.CLUSTER);
        client.take(XdsType.CLUSTER);

        world.timers.advance(Duration.ofSeconds(20));

        assertThat(client.isOpen()).isTrue();
        assertThat(world.counters.denials(AdsCounters.Denial.UNDECIDED)).isZero();
    }

    @Test
    void who_is_over_the_number_that_may_wait_is_told_to_come_again() {
        try (AdsWorld busy = new AdsWorld(2, null, _ -> {
            throw new RejectedExecutionException("full");
        })) {
            assertToldToComeAgain(busy.client(Protocol.DELTA, A), "too many connections wait to be authenticated");
            assertThat(busy.counters.denials(AdsCounters.Denial.UNDECIDED)).isEqualTo(1);
        }
    }

    @Test
    void streams_that_waited_together_do_not_get_past_the_limit_together() {
        for (int i = 0; i < 2; i++) {
            world.client(Protocol.DELTA, A);
        }
        ScriptedClient third = world.client(Protocol.DELTA, A);
        authentications.forEach(Runnable::run);

        assertThat(third.ended().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(world.registry.statuses()).hasSize(2);
    }

    @Test
    void a_bug_in_authentication_lets_nobody_in() {
        world.duringAuthentication = () -> {
            throw new IllegalStateException("a bug");
        };
        ScriptedClient client = world.client(Protocol.DELTA, A);

        authenticateNext();

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(world.registry.statuses()).isEmpty();
    }

    @Test
    void thirty_two_are_looked_at_at_once_and_a_bounded_number_waits() throws Exception {
        ThreadPoolExecutor pool = Admissions.pool(8);
        CountDownLatch begun = new CountDownLatch(32);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(40);
        Runnable slow = () -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            done.countDown();
        };
        try {
            for (int i = 0; i < 40; i++) {
                pool.execute(slow);
            }
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(pool.getQueue()).hasSize(8);
            assertThatThrownBy(() -> pool.execute(slow)).isInstanceOf(RejectedExecutionException.class);
            end.countDown();
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            end.countDown();
            pool.shutdownNow();
        }
    }
}
