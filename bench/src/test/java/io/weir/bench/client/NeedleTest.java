package io.weir.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.weir.bench.mesh.Manifests;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NeedleTest {

    @Test
    void a_backends_weight_is_found_in_an_encoded_route_and_no_other() {
        byte[] routes = RouteConfiguration.newBuilder()
                .addVirtualHosts(VirtualHost.newBuilder()
                        .addRoutes(Route.newBuilder()
                                .setRoute(RouteAction.newBuilder()
                                        .setWeightedClusters(WeightedCluster.newBuilder()
                                                .addClusters(weighted("shop/a", 100_007))
                                                .addClusters(weighted("shop/b", 1_000))))))
                .build()
                .toByteArray();

        assertThat(Needle.weight("shop/a", 100_007).isIn(routes)).isTrue();
        assertThat(Needle.weight("shop/b", 1_000).isIn(routes)).isTrue();
        assertThat(Needle.weight("shop/a", 100_008).isIn(routes)).isFalse();
        assertThat(Needle.weight("shop/b", 100_007).isIn(routes)).isFalse();
    }

    @Test
    void a_weight_is_found_whatever_has_it() {
        byte[] route = weighted("anything", 100_007).build().toByteArray();
        byte[] endpoint = LbEndpoint.newBuilder()
                .setLoadBalancingWeight(UInt32Value.of(100_007))
                .build()
                .toByteArray();

        for (byte[] message : new byte[][] {route, endpoint}) {
            assertThat(Needle.weight(100_007).isIn(message)).isTrue();
            assertThat(Needle.weight(100_008).isIn(message)).isFalse();
        }
    }

    @Test
    void it_is_found_at_either_end_and_not_in_less_than_itself() {
        byte[] whole = weighted("shop/a", 5).build().toByteArray();
        Needle needle = Needle.weight("shop/a", 5);

        assertThat(needle.isIn(whole)).isTrue();
        assertThat(needle.isIn(new byte[0])).isFalse();
        assertThat(needle.isIn(Arrays.copyOf(whole, whole.length - 1))).isFalse();
    }

    @Test
    void an_address_tells_which_move_it_was() {
        for (int move : new int[] {0, 1, 255, 256, 65_535, 65_536, 70_000}) {
            String text = "\n\7198.51\22" + Manifests.address(move) + "\30P";
            assertThat(MovingAddress.in(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .isEqualTo(move);
        }
        assertThat(MovingAddress.in("10.0.0.1".getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(-1);
    }

    private static WeightedCluster.ClusterWeight.Builder weighted(String cluster, int weight) {
        return WeightedCluster.ClusterWeight.newBuilder().setName(cluster).setWeight(UInt32Value.of(weight));
    }
}
