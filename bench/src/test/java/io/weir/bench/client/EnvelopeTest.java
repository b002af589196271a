package io.weir.bench.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

    private static final Cluster SHOP =
            Cluster.newBuilder().setName("shop").setAltStatName("x".repeat(300)).build();
    private static final Cluster CART = Cluster.newBuilder().setName("cart").build();

    @Test
    void a_delta_response_is_read_without_its_contents() throws Exception {
        byte[] message = DeltaDiscoveryResponse.newBuilder()
                .setSystemVersionInfo("7")
                .setTypeUrl(Kind.CLUSTER.typeUrl())
                .setNonce("n")
                .addResources(Resource.newBuilder()
                        .setName("shop")
                        .setVersion("v1")
                        .addAliases("s")
                        .setResource(Any.pack(SHOP)))
                .addResources(
                        Resource.newBuilder().setName("cart").setVersion("v2").setResource(Any.pack(CART)))
                .addRemovedResources("old")
                .build()
                .toByteArray();

        Envelope envelope = Envelope.read(Protocol.DELTA, message);

        assertThat(envelope.version()).isEqualTo("7");
        assertThat(envelope.typeUrl()).isEqualTo(Kind.CLUSTER.typeUrl());
        assertThat(envelope.nonce()).isEqualTo("n");
        assertThat(envelope.removed()).containsExactly("old");
        assertThat(envelope.resources()).extracting(Envelope.Resource::name).containsExactly("shop", "cart");
        assertThat(envelope.resources()).extracting(Envelope.Resource::version).containsExactly("v1", "v2");
        assertThat(clusters(envelope, message)).containsExactly(SHOP, CART);
    }

    @Test
    void in_the_state_of_the_world_a_name_is_taken_from_the_contents() throws Exception {
        byte[] message = DiscoveryResponse.newBuilder()
                .setVersionInfo("7")
                .setTypeUrl(Kind.CLUSTER.typeUrl())
                .setNonce("n")
                .addResources(Any.pack(SHOP))
                .addResources(Any.pack(CART))
                .build()
                .toByteArray();

        Envelope envelope = Envelope.read(Protocol.STATE_OF_THE_WORLD, message);

        assertThat(envelope.version()).isEqualTo("7");
        assertThat(envelope.nonce()).isEqualTo("n");
        assertThat(envelope.resources()).extracting(Envelope.Resource::name).containsExactly("shop", "cart");
        assertThat(clusters(envelope, message)).containsExactly(SHOP, CART);
    }

    private static List<Cluster> clusters(Envelope envelope, byte[] message) throws Exception {
        Cluster[] clusters = new Cluster[envelope.resources().size()];
        for (int i = 0; i < clusters.length; i++) {
            Envelope.Resource resource = envelope.resources().get(i);
            clusters[i] = Cluster.parseFrom(
                    Arrays.copyOfRange(message, resource.start(), resource.start() + resource.length()));
        }
        return List.of(clusters);
    }
}
