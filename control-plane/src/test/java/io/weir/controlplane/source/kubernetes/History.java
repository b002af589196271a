package io.weir.controlplane.source.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.source.ClusterState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Every state that a source published. */
final class History {

    private final List<ClusterState> states = new CopyOnWriteArrayList<>();
    private final KubernetesSource source;

    private History(KubernetesSource source) {
        this.source = source;
    }

    static History of(KubernetesSource source) {
        History history = new History(source);
        history.states.add(source.current());
        source.onChange(() -> history.states.add(source.current()));
        return history;
    }

    List<ClusterState> states() {
        return new ArrayList<>(states);
    }

    void await(Predicate<ClusterState> fits) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> fits.test(source.current()));
    }

    /**
     * No state since the first lacks a Service, an endpoint, a replica or an SMI object that the first one had.
     *
     * @param deleted Services that somebody did delete
     */
    void assertNothingWithdrawn(ServiceKey... deleted) {
        ClusterState first = states.getFirst();
        Set<ServiceKey> services = new HashSet<>(first.services().keySet());
        services.removeAll(Set.of(deleted));
        for (ClusterState state : states) {
            assertThat(state.services().keySet()).containsAll(services);
            assertThat(state.replicas().keySet()).containsAll(first.replicas().keySet());
            assertThat(state.smi().keySet()).containsAll(first.smi().keySet());
            assertThat(state.serviceAccounts()).containsAll(first.serviceAccounts());
            first.endpoints().forEach((port, addresses) -> {
                if (services.contains(port.service())) {
                    assertThat(state.endpoints().get(port)).as("%s", port).containsAll(addresses);
                }
            });
        }
    }
}
