package io.weir.controlplane.standalone;

import java.io.IOException;
import java.time.Instant;

/** Makes the credential with which a proxy proves who it is to the xDS server. */
@FunctionalInterface
public interface ProxyTokens {

    /** A fresh token for one replica's proxy. */
    ProxyToken issue(DesiredReplica replica) throws IOException;

    /**
     * A bearer token.
     *
     * @param value without the word Bearer
     * @param expires when the xDS server stops accepting it
     */
    record ProxyToken(String value, Instant expires) {

        @Override
        public String toString() {
            return "ProxyToken[until " + expires + "]";
        }
    }
}
