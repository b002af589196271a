package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.XdsResource;
import java.util.Collection;
import java.util.List;

/**
 * One response, ready for the discovery server.
 *
 * @param resources delta: what changed; state of the world: all of a wildcard type, else what changed
 * @param removed delta only
 * @param version a fingerprint of everything the client has once it accepts
 */
record Response(Collection<XdsResource> resources, List<String> removed, String version) {

    /** Hands a response to the discovery server, which sends it on the stream's own executor. */
    @FunctionalInterface
    interface Sink {
        void send(Response response);
    }
}
