package io.weir.telemetry.window;

import static io.weir.telemetry.window.SimulatedSidecar.OK;
import static io.weir.telemetry.window.SimulatedSidecar.callTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.telemetry.ingest.EdgeResolver;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartCodecTest {

    private final HandClock clock = new HandClock();

    private Part part() {
        EdgeStore store = new EdgeStore(clock, new EdgeResolver(new TrustDomain("cluster.local")), Limits.usual());
        store.changed(Pods.of("web", "client"), Pods.keys("web", "client"));
        SimulatedSidecar client = new SimulatedSidecar("shop", "client", clock);
        client.connect(store);
        clock.advance(Duration.ofSeconds(5));
        client.requests(callTo("10.0.0.0"), OK, 7);
        client.requests(callTo("192.0.2.1"), OK, 300);
        client.bytes(callTo("10.0.0.0"), 1_000_000);
        client.push();
        return store.part(clock.millis() - 10_000, clock.millis() - 20_000);
    }

    @Test
    void what_is_read_is_what_was_written() throws IOException {
        Part part = part();
        byte[] packed = PartCodec.write(part);

        assertThat(part.since()).isNotNull();
        assertThat(part.since().edges()).hasSize(3);
        assertThat(PartCodec.read(packed)).isEqualTo(part);
        assertThat(packed).hasSizeLessThan(600);
    }

    @Test
    void a_window_that_is_not_whole_is_told_with_the_reason() throws IOException {
        Part part = part();
        Part.Since spoilt = new Part.Since(1, 0, new Part.Spoilt("shop/web is known only since 3 s ago", 2), Map.of());
        Part told = new Part(part.store(), 5, 4, Part.NEVER, Part.NEVER, part.heard(), part.stays(), spoilt);
        assertThat(PartCodec.read(PartCodec.write(told))).isEqualTo(told);
    }

    @Test
    void another_version_is_not_guessed_at() {
        byte[] packed = PartCodec.write(part());
        packed[0] = 1;
        assertThatThrownBy(() -> PartCodec.read(packed))
                .isInstanceOf(IOException.class)
                .hasMessage("of version 1, not 2");
    }

    @Test
    void a_piece_is_not_a_part_and_neither_is_more() {
        byte[] packed = PartCodec.write(part());
        for (int length = 0; length < packed.length; length++) {
            byte[] piece = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> PartCodec.read(piece)).isInstanceOf(IOException.class);
        }
        byte[] more = Arrays.copyOf(packed, packed.length + 1);
        assertThatThrownBy(() -> PartCodec.read(more)).isInstanceOf(IOException.class);
    }

    @Test
    void whatever_comes_is_a_part_or_is_refused() {
        byte[] packed = PartCodec.write(part());
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = packed.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(PartCodec.read(broken)).isNotNull();
            } catch (IOException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }
}
