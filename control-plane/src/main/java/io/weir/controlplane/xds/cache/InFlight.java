package io.weir.controlplane.xds.cache;

import org.jspecify.annotations.Nullable;

/**
 * The one response of a type that a client has not answered yet.
 *
 * @param nonce null until the response has left for the transport
 * @param since when it was handed over, in {@link Timers#nanos}
 */
record InFlight(Batch batch, @Nullable String nonce, long since) {

    InFlight under(String sentNonce) {
        return new InFlight(batch, sentNonce, since);
    }
}
