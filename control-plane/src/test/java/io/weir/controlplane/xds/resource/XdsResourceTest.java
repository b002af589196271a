package io.weir.controlplane.xds.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import java.util.List;
import org.junit.jupiter.api.Test;

class XdsResourceTest {

    @Test
    void d9_j6_the_version_is_a_hash_of_the_content_and_equal_in_every_jvm() {
        assertThat(XdsResource.of(XdsType.CLUSTER, "c", cluster("a", "b", "c")).version())
                .as("written down from another run")
                .isEqualTo("837dc515c69f9f34");
    }

    @Test
    void d9_the_order_in_which_a_map_was_filled_does_not_change_the_version() {
        assertThat(XdsResource.of(XdsType.CLUSTER, "c", cluster("c", "b", "a")).version())
                .isEqualTo(XdsResource.of(XdsType.CLUSTER, "c", cluster("a", "b", "c"))
                        .version());
    }

    @Test
    void a_resource_prints_without_its_body() {
        assertThat(XdsResource.of(XdsType.CLUSTER, "c", cluster("secret-value")).toString())
                .startsWith("CLUSTER c@")
                .doesNotContain("secret-value");
    }

    private static Cluster cluster(String... keys) {
        Struct.Builder fields = Struct.newBuilder();
        for (String key : List.of(keys)) {
            fields.putFields(key, Value.newBuilder().setBoolValue(true).build());
        }
        return Cluster.newBuilder()
                .setName("c")
                .setMetadata(Metadata.newBuilder().putFilterMetadata("f", fields.build()))
                .build();
    }
}
