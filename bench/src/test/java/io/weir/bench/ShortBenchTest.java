package io.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.weir.bench.client.Arrivals;
import io.weir.bench.client.Fleet;
import io.weir.bench.client.Kind;
import io.weir.bench.client.Protocol;
import io.weir.bench.mesh.FolderMesh;
import io.weir.bench.mesh.Manifests;
import io.weir.bench.mesh.Mesh;
import io.weir.bench.mesh.Shape;
import io.weir.bench.server.Contender;
import io.weir.bench.server.JavaControlPlane;
import io.weir.bench.server.Serving;
import io.weir.bench.server.Weir;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark with few clients: that what it measures is so, whatever time it takes. */
class ShortBenchTest {

    static final Shape SMALL = new Shape(12, 2, 2, 8, 6);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int WEIGHTS = 5;

    @TempDir
    private Path home;

    @Test
    void every_client_of_weir_ends_with_the_last_weight() throws Exception {
        endsWithTheLastWeight(Weir.fromClassPath());
    }

    @Test
    void every_client_of_the_baseline_ends_with_the_last_weight() throws Exception {
        endsWithTheLastWeight(new JavaControlPlane());
    }

    private void endsWithTheLastWeight(Contender contender) throws Exception {
        Mesh mesh = FolderMesh.write(home.resolve("mesh"), SMALL);
        try (Serving serving = contender.start(mesh, home.resolve("server"))) {
            int round = 0;
            for (Protocol protocol : Protocol.values()) {
                endsWithTheLastWeight(serving, mesh, protocol, round);
                round += WEIGHTS;
            }
        }
    }

    /** Weights as fast as they can be written; what each client has in the end is read from all of its routes. */
    private static void endsWithTheLastWeight(Serving serving, Mesh mesh, Protocol protocol, int before)
            throws Exception {
        try (Fleet fleet = new Fleet(serving.target(), protocol, serving.clients(), 1)) {
            Arrivals last = new Arrivals(fleet.size());
            AtomicIntegerArray weights = new AtomicIntegerArray(fleet.size());
            fleet.watch((client, kind, message, nanos) -> {
                int weight = kind == Kind.ROUTE ? weight(protocol, message) : 0;
                if (weight > 0) {
                    weights.set(client, weight);
                }
                if (weight == Manifests.weight(before + WEIGHTS)) {
                    last.arrived(client, nanos);
                }
            });
            fleet.connect();
            assertThat(fleet.ready().await(PATIENCE)).as("all are ready").isTrue();
            assertThat(IntStream.range(0, fleet.size()).map(weights::get)).containsOnly(Manifests.weight(before));

            for (int round = before + 1; round <= before + WEIGHTS; round++) {
                mesh.weigh(round);
            }

            assertThat(last.await(PATIENCE)).as("all have the last").isTrue();
            assertThat(IntStream.range(0, fleet.size()).map(weights::get))
                    .containsOnly(Manifests.weight(before + WEIGHTS));
            assertThat(fleet.reasons()).as("streams that ended").isEmpty();
        }
    }

    /** Of the backend whose weight changes; 0 if the response does not tell. */
    private static int weight(Protocol protocol, byte[] message) {
        try {
            List<Any> bodies = switch (protocol) {
                case DELTA ->
                    DeltaDiscoveryResponse.parseFrom(message).getResourcesList().stream()
                            .map(Resource::getResource)
                            .toList();
                case STATE_OF_THE_WORLD -> DiscoveryResponse.parseFrom(message).getResourcesList();
            };
            for (Any body : bodies) {
                RouteConfiguration routes = body.unpack(RouteConfiguration.class);
                if (routes.getName().equals("outbound/bench-0/front/80")) {
                    return routes.getVirtualHosts(0)
                            .getRoutes(0)
                            .getRoute()
                            .getWeightedClusters()
                            .getClusters(0)
                            .getWeight()
                            .getValue();
                }
            }
            return 0;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("envoy")
    void real_envoys_end_with_the_last_weight_too() throws Exception {
        Settings settings = new Settings(Protocol.DELTA, 1, Duration.ofMillis(100), 0, 3, 2, Duration.ZERO, 1, 0, 0, 0);
        Readings readings = new Rounds(List.of(Weir.fromClassPath()), home, ShortRun.SILENT)
                .run(FolderMesh.write(home.resolve("mesh"), SMALL), new Changes(), settings, 1)
                .getFirst();

        assertThat(readings.median(Quantity.ENVOYS_WRONG)).isZero();
    }

    @Test
    void all_that_is_to_be_measured_is_measured_for_both() throws Exception {
        ShortRun.measuresEverything(FolderMesh.write(home.resolve("mesh"), SMALL), home);
    }
}
