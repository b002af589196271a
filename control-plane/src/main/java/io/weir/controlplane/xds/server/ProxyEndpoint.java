package io.weir.controlplane.xds.server;

import io.grpc.BindableService;
import io.grpc.Context;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC service beside ADS. Every call has proven who makes it, as for ADS; a call ends with what proved it.
 *
 * @param implementation finds the proven identity in {@link #CALLER}
 * @param callers who may call; null: the proxies that the server is for
 */
public record ProxyEndpoint(
        BindableService implementation, @Nullable ProxyAuthenticator callers) {

    /** Who makes the call that is served now. */
    public static final Context.Key<ProxyCredential> CALLER = Context.key("weir-proxy-caller");

    /** For proxies. */
    public ProxyEndpoint(BindableService implementation) {
        this(implementation, null);
    }
}
