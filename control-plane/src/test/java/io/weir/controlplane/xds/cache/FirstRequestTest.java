package io.weir.controlplane.xds.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.grpc.Status;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

/** What a proxy can count is told by its first request, and holds for the whole stream. */
class FirstRequestTest {

    private static final WorkloadKey PROXY = new WorkloadKey("shop", "web");

    private final List<Telemetry> asked = new ArrayList<>();

    private ProxySnapshot snapshot(WorkloadKey proxy, Abilities abilities) {
        asked.add(abilities.telemetry());
        return new ProxySnapshot(Map.of(), Map.of());
    }

    @Test
    void a_world_that_changes_before_the_first_request_does_not_decide_what_the_proxy_can_count() {
        try (ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor()) {
            AdsCache cache = new AdsCache(this::snapshot, Timers.system(scheduler), new AdsCounters());
            AdsStream stream = cache.open(PROXY, Protocol.DELTA, new AdsStream.Transport() {
                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void end(Status status) {
                    throw new AssertionError("ended: " + status);
                }

                @Override
                public void nacked(NackRecord record) {
                    throw new AssertionError("refused: " + record);
                }
            });
            cache.changed();
            assertThat(asked).isEmpty();

            stream.counting(Telemetry.EDGES);
            stream.accept(DeltaDiscoveryRequest.newBuilder()
                    .setTypeUrl(XdsType.CLUSTER.typeUrl())
                    .build());
            cache.changed();
            assertThat(stream.telemetry()).isEqualTo(Telemetry.EDGES);
            assertThat(asked).isNotEmpty().containsOnly(Telemetry.EDGES);
        }
    }
}
