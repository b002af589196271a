package io.weir.telemetry.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.model.Edge;
import io.weir.telemetry.model.Readings.Answer;
import io.weir.telemetry.model.Traffic;
import java.time.Duration;
import java.util.Map;

/** A store, and sidecars of a caller and a server that tell it. */
abstract class OneStore {

    final HandClock clock = new HandClock();
    EdgeStore store = store();

    EdgeStore store() {
        EdgeStore made = new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), Limits.usual());
        made.changed(Pods.of("web", "client"), Pods.keys());
        return made;
    }

    SimulatedSidecar sidecar(String name) {
        SimulatedSidecar sidecar = new SimulatedSidecar("shop", name, clock);
        sidecar.connect(store);
        return sidecar;
    }

    /** The same number of pushes, 5 s apart. */
    void rounds(int count, SimulatedSidecar... sidecars) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofSeconds(5));
            for (SimulatedSidecar sidecar : sidecars) {
                sidecar.push();
            }
        }
    }

    Map<Edge, Traffic> complete(int seconds) {
        Answer answer = store.window(Duration.ofSeconds(seconds));
        assertThat(answer).isInstanceOf(Answer.Complete.class);
        return ((Answer.Complete) answer).edges();
    }

    Answer.Incomplete incomplete(int seconds) {
        Answer answer = store.window(Duration.ofSeconds(seconds));
        assertThat(answer).isInstanceOf(Answer.Incomplete.class);
        return (Answer.Incomplete) answer;
    }

    static long requests(Map<Edge, Traffic> edges) {
        return edges.values().stream()
                .mapToLong(traffic -> traffic.successes() + traffic.failures())
                .sum();
    }
}
