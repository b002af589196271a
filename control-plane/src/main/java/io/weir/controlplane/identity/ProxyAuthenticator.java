package io.weir.controlplane.identity;

import io.grpc.Metadata;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Decides who opens an xDS stream, from what the connection itself proves. Called once a stream; may block. */
@FunctionalInterface
public interface ProxyAuthenticator {

    /**
     * @param headers the request headers of the stream (a bearer token)
     * @param session the TLS session, for the peer's certificate; null if the transport has none (in-process)
     * @throws Denied if nothing proves an identity, or one that may not connect; the stream ends with its status
     */
    ProxyCredential authenticate(Metadata headers, @Nullable SSLSession session) throws Denied;

    /** No identity is proven. The message is given to the peer and the log: it names the cause, never the credential. */
    final class Denied extends Exception {

        private static final long serialVersionUID = 1L;

        private final DenialReason reason;

        public Denied(DenialReason reason) {
            super(reason.message());
            this.reason = reason;
        }

        public DenialReason reason() {
            return reason;
        }
    }
}
