package io.weir.telemetry.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.telemetry.ingest.EdgeResolver;
import io.weir.telemetry.model.Coverage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Of which time a store knows all, which whoever scrapes it is told. */
class CoverageTest {

    private final HandClock clock = new HandClock();
    private EdgeStore store = store();

    private EdgeStore store() {
        EdgeStore made = new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), Limits.usual());
        made.changed(Pods.of("web", "client"), Pods.keys());
        return made;
    }

    private SimulatedSidecar sidecar(String name) {
        SimulatedSidecar sidecar = new SimulatedSidecar("shop", name, clock);
        sidecar.connect(store);
        return sidecar;
    }

    /** The same number of pushes, 5 s apart. */
    private void rounds(int count, SimulatedSidecar... sidecars) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofSeconds(5));
            for (SimulatedSidecar sidecar : sidecars) {
                sidecar.push();
            }
        }
    }

    @Test
    void of_which_time_the_totals_tell_all_is_known() {
        SimulatedSidecar web = sidecar("web");
        SimulatedSidecar client = sidecar("client");
        rounds(8, web, client);
        Coverage all = store.coverage();
        assertThat(all.told()).isEqualTo(all.toldByAll()).isEqualTo(all.now()).isEqualTo(clock.instant());
        assertThat(Duration.between(all.started(), all.now())).isEqualTo(Duration.ofSeconds(40));
        assertThat(all.lost()).isNull();
        assertThat(all.silences()).isZero();

        rounds(2, client);
        assertThat(store.coverage().told()).isEqualTo(clock.instant().minusSeconds(10));
        rounds(4, client);
        assertThat(store.coverage().told()).as("one is late").isNull();
        rounds(8, client);
        assertThat(store.coverage().told()).as("it is silent").isEqualTo(clock.instant());
        assertThat(store.coverage().toldByAll()).isEqualTo(clock.instant().minusSeconds(70));
        rounds(1, web, client);
        assertThat(store.coverage().toldByAll()).isEqualTo(clock.instant());
        assertThat(store.coverage().silences()).isEqualTo(1);
    }

    @Test
    void after_a_restart_it_is_known_since_when() {
        SimulatedSidecar web = sidecar("web");
        rounds(8, web);
        Coverage before = store.coverage();
        store = store();
        web.connect(store);
        rounds(1, web);
        assertThat(store.coverage().lost()).isEqualTo(clock.instant());
        assertThat(store.coverage().aggregator()).isNotEqualTo(before.aggregator());
    }
}
