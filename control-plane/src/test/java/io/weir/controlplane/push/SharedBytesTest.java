package io.weir.controlplane.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import io.weir.controlplane.xds.translate.Recipe;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A recipe that is given more than its equality tells is found by the first test that shares what it built. */
class SharedBytesTest {

    private final RecipeInterner interner = new RecipeInterner();

    /** Forgets whose it is. */
    private record Leaky(String name, StringBuilder owner) implements Recipe {

        @Override
        public XdsType type() {
            return XdsType.CLUSTER;
        }

        @Override
        public Message build() {
            return Cluster.newBuilder()
                    .setName(name)
                    .setAltStatName(owner.toString())
                    .build();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Leaky that && name.equals(that.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    private static Leaky ownedBy(String owner) {
        return new Leaky("one", new StringBuilder(owner));
    }

    @Test
    void equal_recipes_with_other_bytes_are_not_shared_by_two() {
        XdsResource resource = interner.resource(ownedBy("a"));
        assertThat(interner.resource(ownedBy("a"))).isSameAs(resource);

        assertThatThrownBy(() -> interner.resource(ownedBy("b")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has other bytes");
    }

    @Test
    void nor_kept_from_world_to_world() {
        ResourceMemo memo = new ResourceMemo(interner);
        List<XdsResource> first = memo.build(List.of(ownedBy("a")));
        assertThat(memo.build(List.of(ownedBy("a")))).isEqualTo(first);

        assertThatThrownBy(() -> memo.build(List.of(ownedBy("b"))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has other bytes");
    }
}
