package io.weir.controlplane.xds.server;

import io.grpc.BindableService;
import io.grpc.Context;
import io.weir.controlplane.identity.ProxyCredential;

/**
 * A gRPC service for proxies, beside ADS. Every call has proven who makes it, as for ADS; a call ends with what proved it.
 *
 * @param implementation finds the proven identity in {@link #CALLER}
 */
public record ProxyEndpoint(BindableService implementation) {

    /** Who makes the call that is served now. */
    public static final Context.Key<ProxyCredential> CALLER = Context.key("weir-proxy-caller");
}
