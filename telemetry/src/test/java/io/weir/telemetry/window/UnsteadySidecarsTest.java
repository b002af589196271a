package io.weir.telemetry.window;

import static io.weir.telemetry.window.SimulatedSidecar.FAILED;
import static io.weir.telemetry.window.SimulatedSidecar.OK;
import static io.weir.telemetry.window.SimulatedSidecar.callTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnsteadySidecarsTest extends OneStore {

    @Test
    void windows_do_not_wait_for_a_sidecar_that_falls_silent_again_and_again() {
        store.changed(Pods.of("web", "client"), Pods.keys("web", "client"));
        SimulatedSidecar client = sidecar("client");
        SimulatedSidecar web = sidecar("web");
        rounds(10, client, web);
        for (int i = 0; i < 3; i++) {
            rounds(4, client);
            incomplete(10);
            rounds(1, client, web);
        }
        assertThat(store.silent()).containsExactly(Pods.key("web"));

        for (int i = 0; i < 20; i++) {
            rounds(4, client);
            complete(10);
            rounds(1, client, web);
            complete(30);
        }
        // As soon as it was steady for ten minutes.
        rounds(121, client, web);
        assertThat(store.silent()).isEmpty();
        rounds(4, client);
        assertThat(incomplete(10).reason()).contains("shop/web has not reported for 20 s");
    }

    @Test
    void windows_do_not_wait_for_long_for_a_sidecar_that_only_opens_streams() {
        SimulatedSidecar client = sidecar("client");
        SimulatedSidecar web = sidecar("web");
        rounds(4, client);
        incomplete(10);
        for (int i = 0; i < 10; i++) {
            web.disconnect();
            web.connect(store);
            rounds(1, client);
        }
        complete(10);
    }

    @Test
    void after_a_silence_in_which_envoy_may_have_let_counters_go_a_window_that_began_before_is_not_whole() {
        store.changed(Pods.of("web", "client"), Pods.keys("web", "client"));
        SimulatedSidecar client = sidecar("client");
        SimulatedSidecar web = sidecar("web");
        rounds(10, client, web);
        rounds(130, client);
        rounds(1, client, web);

        assertThat(incomplete(5).reason()).contains("shop/web is known only since 0 s ago");
        assertThat(incomplete(690).reason()).contains("shop/web");
        rounds(1, client, web);
        complete(5);
    }

    @Test
    void which_of_two_counters_that_are_back_grew_by_how_much_is_not_guessed() {
        SimulatedSidecar client = new SimulatedSidecar("shop", "client", clock);
        client.requests(callTo("10.0.0.0"), OK, 1_000);
        client.requests(callTo("10.0.0.0"), FAILED, 100);
        clock.advance(Duration.ofHours(1));
        store = store();
        client.connect(store);
        client.leaveOut(callTo("10.0.0.0"));
        rounds(10, client);
        complete(30);

        client.requests(callTo("10.0.0.0"), OK, 9);
        client.requests(callTo("10.0.0.0"), FAILED, 1);
        rounds(1, client);
        incomplete(30);
        rounds(1, client);
        client.requests(callTo("10.0.0.0"), OK, 4);
        rounds(5, client);
        assertThat(requests(complete(30))).isEqualTo(4);
    }
}
