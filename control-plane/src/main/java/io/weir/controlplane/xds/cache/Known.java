package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.XdsResource;
import org.jspecify.annotations.Nullable;

/**
 * One resource as a client has it.
 *
 * @param sent the resource sent last; null if the client brought it from an earlier stream
 * @param sentVersion its version; empty if what the client holds is uncertain, which calls for sending it again
 * @param good the resource accepted last, if this stream sent it
 * @param goodVersion the version accepted last; empty if none was
 * @param nacked the client refused {@code sentVersion}: it is not sent again until the version changes
 */
record Known(
        @Nullable XdsResource sent,
        String sentVersion,
        @Nullable XdsResource good,
        String goodVersion,
        Nack nacked) {

    enum Nack {
        NONE,
        REFUSED
    }

    /** Claimed by the client when it reconnected. */
    static Known claimed(String version) {
        return new Known(null, version, null, version, Nack.NONE);
    }

    static Known accepted(XdsResource resource) {
        return new Known(resource, resource.version(), resource, resource.version(), Nack.NONE);
    }

    static Known sending(@Nullable Known before, XdsResource resource) {
        return before == null
                ? new Known(resource, resource.version(), null, "", Nack.NONE)
                : new Known(resource, resource.version(), before.good, before.goodVersion, Nack.NONE);
    }

    /** What was sent last, if it was accepted and there is nothing else to know; else null. */
    @SuppressWarnings("ReferenceEquality") // one that is equal and another object is only kept with more words
    @Nullable
    XdsResource settled() {
        return nacked == Nack.NONE && sent == good ? sent : null;
    }

    Known refused() {
        return new Known(sent, sentVersion, good, goodVersion, Nack.REFUSED);
    }

    /** It stood in a refused response, but may not be the cause: the client may or may not have applied it. */
    Known uncertain() {
        return new Known(null, "", good, goodVersion, Nack.NONE);
    }

    boolean isRefused() {
        return nacked == Nack.REFUSED;
    }

    boolean isAccepted() {
        return !isRefused() && !sentVersion.isEmpty() && sentVersion.equals(goodVersion);
    }

    /** What the client uses once it has processed all that was sent: the last good one where it refused. */
    @Nullable
    XdsResource effective() {
        return isRefused() || sentVersion.isEmpty() ? good : sent;
    }

    String effectiveVersion() {
        return isRefused() || sentVersion.isEmpty() ? goodVersion : sentVersion;
    }
}
