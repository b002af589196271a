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

    /** About as many as the response takes. */
    long bytes() {
        long bytes = 0;
        for (XdsResource resource : upserts.values()) {
            bytes += resource.body().getSerializedSize();
        }
        return bytes;
    }

    boolean isEmpty() {
        return upserts.isEmpty() && removed.isEmpty();
    }
}
