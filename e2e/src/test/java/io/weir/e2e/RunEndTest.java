package io.weir.e2e;

import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However {@code weir run} ends, and whenever: all that it started ends. */
final class RunEndTest {

    @TempDir
    private Path home;

    /** An app of three processes: one in a group of its own, one in a session of its own; all do this at a signal. */
    private static String mesh(String atSignal) {
        String app = """
                apiVersion: weir.io/v1alpha1
                kind: Workload
                metadata: {namespace: shop, name: app}
                spec:
                  command:
                    - sh
                    - -c
                    - |
                      trap '%1$s' TERM INT HUP
                      setsid sh -c 'trap "%1$s" TERM INT HUP; sleep 100000' &
                      sleep 200000 &
                      sleep 300000
                """.formatted(atSignal);
        return join(app, client("shop", "client"), service("shop", "web", "nobody", "http:8080"));
    }

    @ParameterizedTest(name = "ended by {0} it leaves no process behind, whether the app listens or not")
    @CsvSource({"TERM, 143, ''", "INT, 130, exit", "HUP, 129, exit"})
    void ended_by_a_signal_it_leaves_no_process_behind(String signal, int status, String atSignal) throws Exception {
        try (WeirRun weir = WeirRun.start(home, mesh(atSignal))) {
            awaitAll(weir);
            weir.signal(signal);
            assertThat(weir.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(weir.process().exitValue()).isEqualTo(status);
            assertThat(weir.processes()).isEmpty();
        }
    }

    @Test
    void killed_it_leaves_no_process_behind_and_can_be_started_again_at_once_at_the_same_addresses() throws Exception {
        try (WeirRun weir = WeirRun.start(home, mesh(""))) {
            awaitAll(weir);
            InetSocketAddress proxy = weir.proxyOf("shop/client");
            weir.signal("KILL");
            assertThat(weir.process().waitFor()).isEqualTo(137);
            try (WeirRun again = WeirRun.start(home, mesh(""))) {
                assertThat(again.proxyOf("shop/client")).isEqualTo(proxy);
                assertThat(weir.processes()).isEmpty();
            }
        }
    }

    @Test
    void ended_before_its_control_plane_is_up_it_leaves_no_process_behind() throws Exception {
        HeldLauncher launcher = HeldLauncher.in(home);
        launcher.holdBack();
        try (WeirRun weir = WeirRun.begin(home, client("shop", "client"), launcher)) {
            launcher.awaitStarted();
            assertThat(weir.processes()).hasSizeGreaterThan(2);
            weir.signal("INT");
            assertThat(weir.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(weir.processes()).isEmpty();
        }
    }

    private static void awaitAll(WeirRun weir) throws Exception {
        weir.awaiting("all are started", () -> {
            List<String> started = weir.processes().stream()
                    .map(process -> process.info().command().orElse("ended"))
                    .map(path -> path.substring(path.lastIndexOf('/') + 1))
                    .toList();
            return Collections.frequency(started, "sleep") == 3 && Collections.frequency(started, "envoy") == 2;
        });
    }
}
