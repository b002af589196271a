package io.weir.controlplane.xds.cache;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Bounds how many bytes of large responses are on their way to all clients together. A client that connects is given all at once, a
 * megabyte or more, and takes it no faster than it reads: a thousand that connect at once would need a gigabyte of buffers, which
 * one after the other don't take longer. Small responses, as a change makes them, wait for nobody. May be used by any thread.
 */
final class LargeResponses {

    /** From so many bytes on a response is large. */
    static final long LEAST = 64 * 1024;

    /** On their way; a single response may be larger. */
    static final long MOST = 32 * 1024 * 1024;

    /** After this a response is sent, whatever others have not taken: clients that never read hold nobody up for long. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private record Waiting(long bytes, long since) {}

    private final Timers timers;
    private final Consumer<AdsStream> pump;
    private final Map<AdsStream, Waiting> waiting = new LinkedHashMap<>();
    private long taken;

    /** @param pump lets a stream try again; called on a thread of the timers' */
    LargeResponses(Timers timers, Consumer<AdsStream> pump) {
        this.timers = timers;
        this.pump = pump;
    }

    /** Whether it may be sent now, and then it has to {@link #leave}. If not, the stream is pumped when it may, and within the patience. */
    synchronized boolean enter(AdsStream stream, long bytes) {
        if (bytes < LEAST) {
            return true;
        }
        Waiting known = waiting.get(stream);
        long now = timers.nanos();
        boolean patient = known == null || now - known.since < PATIENCE.toNanos();
        if (patient && taken > 0 && taken + bytes > MOST) {
            waiting.put(stream, new Waiting(bytes, known == null ? now : known.since));
            if (known == null) {
                timers.after(PATIENCE, () -> pump.accept(stream));
            }
            return false;
        }
        waiting.remove(stream);
        taken += bytes;
        return true;
    }

    /** One of so many bytes was answered, or its stream has ended. */
    synchronized void leave(long bytes) {
        if (bytes >= LEAST) {
            taken -= bytes;
            if (!waiting.isEmpty()) {
                // Not here and now, since locks of streams may be held.
                timers.after(Duration.ZERO, this::pumpWaiting);
            }
        }
    }

    /** A stream has ended. */
    synchronized void forget(AdsStream stream) {
        waiting.remove(stream);
    }

    /** Bytes on their way. */
    synchronized long taken() {
        return taken;
    }

    /** In their order, as long as there is room: one that can't take it now, as it does not read, keeps no room from others. */
    private void pumpWaiting() {
        for (AdsStream stream : waiting()) {
            if (!fits(stream)) {
                return;
            }
            pump.accept(stream);
        }
    }

    private synchronized List<AdsStream> waiting() {
        return List.copyOf(waiting.keySet());
    }

    private synchronized boolean fits(AdsStream stream) {
        Waiting known = waiting.get(stream);
        return known == null || taken == 0 || taken + known.bytes <= MOST;
    }
}
