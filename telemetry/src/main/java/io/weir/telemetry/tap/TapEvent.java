package io.weir.telemetry.tap;

import org.jspecify.annotations.Nullable;

/** A line of the stream that a watcher is sent: one of these, the others null. */
public record TapEvent(
        @Nullable Watching watching,
        @Nullable TappedRequest request,
        @Nullable Long dropped) {

    /**
     * How far it is watched: said first, and when it changes.
     *
     * @param pods with a sidecar that should tell
     * @param listening those of them whose sidecars have said, here, that they log
     */
    public record Watching(int pods, int listening) {}

    static TapEvent of(Watching watching) {
        return new TapEvent(watching, null, null);
    }

    static TapEvent of(TappedRequest request) {
        return new TapEvent(null, request, null);
    }

    /** So many requests came faster than the watcher read them, and are not told. */
    static TapEvent dropped(long requests) {
        return new TapEvent(null, null, requests);
    }
}
