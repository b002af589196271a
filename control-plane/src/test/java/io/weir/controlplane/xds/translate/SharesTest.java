package io.weir.controlplane.xds.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SharesTest {

    private static List<Long> fit(long... weights) {
        return Shares.fit(LongStream.of(weights).mapToObj(BigInteger::valueOf).toList());
    }

    @Test
    void weights_that_fit_stay_as_they_are() {
        assertThat(fit(90, 10)).containsExactly(90L, 10L);
        assertThat(fit(4_294_967_294L, 1)).containsExactly(4_294_967_294L, 1L);
    }

    @Test
    void weights_that_do_not_fit_keep_their_ratio() {
        List<Long> fitted = fit(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(fitted).containsOnly(1_431_655_764L);
        assertThat(fitted.stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(4_294_967_295L);
    }

    @Test
    void no_share_vanishes() {
        assertThat(fit(4_294_967_295L, 1)).containsExactly(4_294_967_292L, 1L);
    }
}
