package io.weir.telemetry.tap;

import io.weir.telemetry.model.Party;

/** A request that was logged, with all that is known of both of its ends. */
record Tapped(TappedRequest request, Party source, Party destination) {}
