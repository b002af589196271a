package io.weir.telemetry.tap;

import io.weir.telemetry.model.Inventory;
import org.jspecify.annotations.Nullable;

/**
 * Which requests somebody watches.
 *
 * @param workload whose sidecars tell
 * @param from only what arrives from there; null: from anywhere, and what is sent too
 * @param to only what is sent there; null: to anywhere, and what arrives too
 * @param method only of this one, in upper case; null: of any
 * @param path only those whose path begins so; empty: any
 * @param query what becomes of the part of a path after a question mark
 */
public record TapQuestion(
        Selection workload,
        @Nullable Selection from,
        @Nullable Selection to,
        @Nullable String method,
        String path,
        Query query) {

    /** What a query holds may be nobody else's business. */
    public enum Query {
        SHOWN,
        HIDDEN
    }

    /** The request as it may be shown; null if it was not asked for. */
    @Nullable
    TappedRequest answer(Tapped tapped, Inventory inventory) {
        TappedRequest request = tapped.request();
        boolean inbound = request.direction() == TappedRequest.Direction.INBOUND;
        boolean wanted = workload.covers(inbound ? tapped.destination() : tapped.source(), inventory)
                && (from == null || (inbound && from.covers(tapped.source(), inventory)))
                && (to == null || (!inbound && to.covers(tapped.destination(), inventory)))
                && (method == null || method.equals(request.method()))
                && request.path().startsWith(path);
        return !wanted ? null : query == Query.SHOWN ? request : request.withoutQuery();
    }
}
