package io.weir.controlplane.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.identity.DenialReason;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DenialLogTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void each_reason_is_told_once_a_minute_with_how_often_it_was() {
        DenialLog log = new DenialLog();
        List<String> lines = IntStream.rangeClosed(0, 60)
                .mapToObj(second -> log.line(DenialReason.UNKNOWN_WORKLOAD.message(), START.plusSeconds(second)))
                .filter(Objects::nonNull)
                .toList();

        assertThat(lines)
                .containsExactly(
                        "stream denied: the mesh has no such workload",
                        "stream denied: the mesh has no such workload (59 more since 2026-01-01T00:00:00Z)");
        assertThat(log.line(DenialReason.TOKEN_EXPIRED.message(), START))
                .isEqualTo("stream denied: the token has expired");
        assertThat(log.line(DenialReason.UNKNOWN_WORKLOAD.message(), START.plusSeconds(130)))
                .isEqualTo("stream denied: the mesh has no such workload");
    }
}
