package io.weir.controlplane.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {

    @Test
    void d13_tasks_of_one_stream_keep_their_order_on_a_pool_of_threads() throws InterruptedException {
        int tasks = 10_000;
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(tasks);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            SerialExecutor serial = new SerialExecutor(threads, (thread, bug) -> {
                throw new AssertionError(bug);
            });
            for (int i = 0; i < tasks; i++) {
                int task = i;
                serial.execute(() -> {
                    order.add(task);
                    done.countDown();
                });
            }
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(order)
                .containsExactlyElementsOf(IntStream.range(0, tasks).boxed().toList());
    }

    @Test
    void a_task_that_fails_is_reported_and_the_next_one_runs() {
        List<String> seen = new ArrayList<>();
        SerialExecutor serial = new SerialExecutor(Runnable::run, (thread, bug) -> seen.add(bug.getMessage()));
        serial.execute(() -> {
            throw new IllegalStateException("boom");
        });
        serial.execute(() -> seen.add("next"));
        assertThat(seen).containsExactly("boom", "next");
    }
}
