package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.XdsResource;
import java.util.List;
import java.util.SequencedMap;

/**
 * What changes for a client with one response.
 *
 * @param upserts new or changed resources by name, sorted
 * @param removed names the client is told do not exist (any more)
 */
record Batch(SequencedMap<String, XdsResource> upserts, List<String> removed) {

    boolean isEmpty() {
        return upserts.isEmpty() && removed.isEmpty();
    }
}
