package io.weir.controlplane.xds.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlameTest {

    private static final List<String> SENT =
            List.of("outbound/shop/a/80", "outbound/shop/a/8080", "outbound/shop/b/80", "outbound/shop/a/80/udp");

    @Test
    void only_whole_names_are_blamed() {
        assertThat(Blame.named("Error adding/updating listener(s) outbound/shop/a/80: no filter", SENT))
                .containsExactly("outbound/shop/a/80");
        assertThat(Blame.named("outbound/shop/a/8080: bad, outbound/shop/b/80: bad too", SENT))
                .containsExactly("outbound/shop/a/8080", "outbound/shop/b/80");
    }

    @Test
    void a_refusal_that_names_nothing_blames_nobody() {
        assertThat(Blame.named("Proto constraint validation failed", SENT)).isEmpty();
        assertThat(Blame.named("", SENT)).isEmpty();
    }
}
