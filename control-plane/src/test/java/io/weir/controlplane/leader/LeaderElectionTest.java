package io.weir.controlplane.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
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
                await().atMost(PATIENCE).until(second::isLeader);
                assertThat(terms.log).containsExactly("first gained", "first lost", "second gained");
            }
            assertThat(terms.log).endsWith("second lost");
        }
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
