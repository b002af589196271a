package io.weir.controlplane.identity.ca;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * The xDS server's certificate and private key.
 *
 * @param renewAt when to ask for the next one
 * @param signer id of the root that signed it
 */
public record ServerCertificate(PrivateKey key, X509Certificate certificate, Instant renewAt, String signer) {

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerCertificate server && certificate.equals(server.certificate);
    }

    @Override
    public int hashCode() {
        return certificate.hashCode();
    }

    @Override
    public String toString() {
        return "ServerCertificate[signed by " + signer + ", renewed at " + renewAt + "]";
    }
}
