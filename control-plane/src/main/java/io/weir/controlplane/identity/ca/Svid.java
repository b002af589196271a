package io.weir.controlplane.identity.ca;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.time.Instant;

/**
 * A workload's certificate and private key. Equal if the certificate is: it has one key.
 *
 * @param keyPem PKCS#8; secret
 * @param chainPem the certificate
 * @param notAfter when the certificate ends
 * @param renewAt when to ask for the next one
 * @param signer id of the root that signed it
 */
public record Svid(
        Identity identity,
        WorkloadKey workload,
        String keyPem,
        String chainPem,
        Instant notAfter,
        Instant renewAt,
        String signer) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Svid svid && chainPem.equals(svid.chainPem);
    }

    @Override
    public int hashCode() {
        return chainPem.hashCode();
    }

    @Override
    public String toString() {
        return "Svid[" + workload + " as " + identity + ", signed by " + signer + ", until " + notAfter + "]";
    }
}
