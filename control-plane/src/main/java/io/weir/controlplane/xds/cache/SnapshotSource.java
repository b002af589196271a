package io.weir.controlplane.xds.cache;

import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import org.jspecify.annotations.Nullable;

/** Where the cache pulls a proxy's configuration from. */
@FunctionalInterface
public interface SnapshotSource {

    /**
     * The newest snapshot of a proxy, or null while nothing is known of it: then the proxy waits and keeps what it has.
     * Called from many threads, with the stream's lock held: it must not wait for a caller of {@link AdsCache#changed}.
     *
     * @param abilities of the proxy; the same for all of a stream
     */
    @Nullable
    ProxySnapshot snapshot(WorkloadKey proxy, Abilities abilities);

    /** What proxies are to count, as far as they can. */
    default Telemetry wanted() {
        return Telemetry.EDGES;
    }

    /**
     * What a proxy can do, as far as it matters to what it is given.
     *
     * @param telemetry what it counts
     * @param asksForMore whether it can ask for single clusters beside all that it is sent, which the state of the world does not provide for
     */
    record Abilities(Telemetry telemetry, boolean asksForMore) {

        /** The same proxy, which counts this. */
        Abilities counting(Telemetry what) {
            return new Abilities(what, asksForMore);
        }
    }
}
