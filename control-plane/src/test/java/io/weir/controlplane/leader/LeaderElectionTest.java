package io.weir.controlplane.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.controlplane.source.kubernetes.TcpGate;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@KubeTest
class LeaderElectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Who led, and whether a second did before the first had ended. */
    private static final class Terms {

        private final List<String> log = new CopyOnWriteArrayList<>();

        LeaderElection.Office of(String name) {
            return new LeaderElection.Office() {
                @Override
                public void gained() {
                    log.add(name + " gained");
                }

                @Override
                public void lost() {
                    log.add(name + " lost");
                }
            };
        }
    }

    private static LeaseSettings lease(String namespace, String identity) {
        return new LeaseSettings(
                namespace,
                "control-plane",
                identity,
                Duration.ofSeconds(4),
                Duration.ofSeconds(3),
                Duration.ofMillis(300));
    }

    @Test
    void one_leads_and_when_it_goes_the_other_leads_at_once(KubeApiServer kube) {
        String namespace = kube.namespace("leader");
        Terms terms = new Terms();
        try (KubernetesClient client = kube.admin().client()) {
            LeaderElection first = LeaderElection.start(client, lease(namespace, "first"), terms.of("first"));
            await().atMost(PATIENCE).until(first::isLeader);
            try (LeaderElection second = LeaderElection.start(client, lease(namespace, "second"), terms.of("second"))) {
                assertThat(second.isLeader()).isFalse();
                first.close();
                first.close();
                await().atMost(PATIENCE).until(second::isLeader);
                assertThat(terms.log).containsExactly("first gained", "first lost", "second gained");
            }
            assertThat(terms.log).endsWith("second lost");
        }
    }

    @Test
    void a_leader_whose_api_server_does_not_answer_stops_before_another_leads(KubeApiServer kube) throws Exception {
        String namespace = kube.namespace("leader");
        Terms terms = new Terms();
        try (TcpGate gate = TcpGate.to(kube.url());
                KubernetesClient throughGate = through(gate, kube);
                KubernetesClient client = kube.admin().client()) {
            try (LeaderElection first =
                    LeaderElection.start(throughGate, patient(namespace, "first"), terms.of("first"))) {
                await().atMost(PATIENCE).until(first::isLeader);
                try (LeaderElection second =
                        LeaderElection.start(client, patient(namespace, "second"), terms.of("second"))) {
                    gate.freeze();
                    await().atMost(PATIENCE).until(second::isLeader);
                    assertThat(first.isLeader()).isFalse();
                    await().atMost(PATIENCE)
                            .untilAsserted(() -> assertThat(terms.log)
                                    .containsExactly("first gained", "first lost", "second gained"));
                    gate.cut();
                }
            }
        }
    }

    /** A client whose requests wait for longer than any lease. */
    private static KubernetesClient through(TcpGate gate, KubeApiServer kube) {
        Config config = kube.admin().config();
        config.setMasterUrl("https://127.0.0.1:" + gate.port());
        config.setHttp2Disable(true);
        config.setRequestRetryBackoffLimit(0);
        config.setRequestTimeout((int) Duration.ofMinutes(5).toMillis());
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static LeaseSettings patient(String namespace, String identity) {
        return new LeaseSettings(
                namespace,
                "control-plane",
                identity,
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofMillis(300));
    }

    @Test
    void a_leader_that_can_not_renew_stops_leading_and_stands_again() {
        try (KubeApiServer kube = KubeApiServer.launch();
                KubernetesClient client = kube.admin().client()) {
            String namespace = kube.namespace("leader");
            Terms terms = new Terms();
            try (LeaderElection election = LeaderElection.start(client, lease(namespace, "one"), terms.of("one"))) {
                await().atMost(PATIENCE).until(election::isLeader);
                kube.kill();
                await().atMost(PATIENCE).until(() -> !election.isLeader());
                kube.start();
                await().atMost(PATIENCE).until(election::isLeader);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(terms.log).containsExactly("one gained", "one lost", "one gained"));
            }
        }
    }
}
