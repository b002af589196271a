package io.weir.controlplane.xds.server;

import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.xds.cache.NackRecord;
import io.weir.controlplane.xds.cache.TypeStatus;
import io.weir.controlplane.xds.resource.XdsType;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connected proxy.
 *
 * @param types the types it has asked for on this stream
 * @param last its last refusal, on this stream or an earlier one; null if none is remembered
 * @param connectionId counts streams since the server started
 * @param envoyVersion as the proxy says, such as {@code 1.36.4}: a hint only; empty if it doesn't say
 * @param telemetry what its sidecar counts
 */
public record ProxyStatus(
        ProxyIdentity identity,
        Instant connectedAt,
        Map<XdsType, TypeStatus> types,
        @Nullable NackRecord last,
        long connectionId,
        String envoyVersion,
        Telemetry telemetry) {}
