package io.weir.controlplane.xds.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.weir.controlplane.xds.resource.Layer;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerDiffsTest {

    private static XdsResource resource(String name, String content) {
        return XdsResource.of(XdsType.CLUSTER, name, StringValue.of(content));
    }

    @Test
    void the_names_are_those_that_came_changed_or_went_and_no_others() {
        Layer before = Layer.of(List.of(resource("same", "1"), resource("changed", "1"), resource("gone", "1")));
        Layer after = Layer.of(List.of(resource("same", "1"), resource("changed", "2"), resource("new", "1")));
        assertThat(new LayerDiffs().names(before, after)).containsExactlyInAnyOrder("changed", "gone", "new");
    }

    @Test
    void one_change_is_compared_once_however_many_proxies_share_the_layer() {
        Layer before = Layer.of(List.of(resource("a", "1")));
        Layer after = Layer.of(List.of(resource("a", "2")));
        LayerDiffs diffs = new LayerDiffs();
        assertThat(diffs.names(before, after)).isSameAs(diffs.names(before, after));
    }
}
