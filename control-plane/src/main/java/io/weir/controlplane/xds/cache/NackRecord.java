package io.weir.controlplane.xds.cache;

import io.weir.controlplane.xds.resource.XdsType;
import java.time.Instant;
import java.util.List;

/**
 * One refusal by a proxy.
 *
 * @param resources the resources blamed: those the reason names, else all of the response
 * @param reason the proxy's words, cut to 1,000 characters
 */
public record NackRecord(XdsType type, List<String> resources, String reason, Instant at) {

    private static final int LONGEST_REASON = 1_000;

    public NackRecord {
        resources = List.copyOf(resources);
        reason = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
    }
}
