package io.weir.controlplane.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of authenticating a connection.
 *
 * @param expiresAt when the proof ends, and with it every stream opened by it; null if it has no end of its own
 */
public record ProxyCredential(
        ProxyIdentity identity, @Nullable Instant expiresAt) {}
