package io.weir.controlplane.standalone;

import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.identity.token.Token;
import io.weir.controlplane.identity.token.TokenIssuer;
import io.weir.controlplane.model.Identity;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;

/** Makes the credential with which a proxy proves who it is to the xDS server. */
@FunctionalInterface
public interface ProxyTokens {

    /** Tokens signed with the key of a state folder, which is made if there is none; its control plane accepts them. */
    static ProxyTokens signedBy(StateFolder state, TrustDomain trustDomain) throws IOException {
        TokenIssuer issuer = TokenIssuer.open(state, trustDomain, TokenIssuer.LIFE, InstantSource.system());
        return replica -> {
            Token token = issuer.issue(
                    new Identity(replica.namespace(), replica.serviceAccount()), replica.name(), replica.uid());
            return new ProxyToken(token.value(), token.expires());
        };
    }

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
