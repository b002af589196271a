package io.weir.controlplane.xds.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HoldingsTest {

    private static XdsResource resource(String name, int version) {
        return XdsResource.of(XdsType.ROUTE, name, StringValue.of("" + version));
    }

    /** Compared with a plain map that is counted whole. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void what_is_accepted_and_the_version_are_those_of_what_is_held_whatever_came_before(long seed) {
        Random random = new Random(seed);
        Holdings holdings = new Holdings();
        Map<String, Known> plain = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            String name = "route-" + random.nextInt(20);
            Known before = plain.get(name);
            Known next = switch (random.nextInt(6)) {
                case 0 -> null;
                case 1 -> Known.claimed("v" + random.nextInt(3));
                case 2 -> Known.accepted(resource(name, random.nextInt(3)));
                case 3 -> Known.sending(before, resource(name, random.nextInt(3)));
                case 4 -> before == null ? Known.claimed("") : before.refused();
                default -> before == null ? Known.claimed("") : before.uncertain();
            };
            if (next == null) {
                holdings.remove(name);
                plain.remove(name);
            } else {
                holdings.put(name, next);
                plain.put(name, next);
            }
            long version = 0;
            for (Map.Entry<String, Known> one : plain.entrySet()) {
                version += Holdings.contribution(one.getKey(), one.getValue().effectiveVersion());
            }
            assertThat(holdings.accepted()).isEqualTo((int)
                    plain.values().stream().filter(Known::isAccepted).count());
            assertThat(holdings.version()).isEqualTo(Holdings.version(version));
            assertThat(holdings.size()).isEqualTo(plain.size());
        }
    }
}
