package io.weir.telemetry;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Whoever calls has proven to be one sidecar, until its credential expires. */
public final class ProvenCaller implements ServerInterceptor {

    private volatile ProxyIdentity sidecar;
    private final Deque<ServerCall<?, ?>> calls = new ConcurrentLinkedDeque<>();

    public ProvenCaller(ProxyIdentity sidecar) {
        this.sidecar = sidecar;
    }

    /** From now on it is another that calls. */
    public void become(ProxyIdentity another) {
        sidecar = another;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        calls.add(call);
        Context context = Context.current().withValue(ProxyEndpoint.CALLER, new ProxyCredential(sidecar, null));
        return Contexts.interceptCall(context, call, headers, next);
    }

    /** Ends the call that was opened last, as the server does when its credential expires. */
    public void expire() {
        calls.getLast().close(Status.UNAUTHENTICATED.withDescription("the credential has expired"), new Metadata());
    }
}
