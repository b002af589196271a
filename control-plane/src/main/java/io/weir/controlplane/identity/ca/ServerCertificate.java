package io.weir.controlplane.identity.ca;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * The certificate and private key of a server of Weir's.
 *
 * @param renewAt when to ask for the next one
 * @param signer id of the root that signed it
 */
public record ServerCertificate(PrivateKey key, X509Certificate certificate, Instant renewAt, String signer) {

    /**
     * For a key that was made here, what the authority issued.
     *
     * @param roots that are trusted now
     * @throws GeneralSecurityException if it is no certificate of that key, or none of the roots signed it
     */
    public static ServerCertificate issued(KeyPair key, String pem, TrustBundle roots, Instant now)
            throws GeneralSecurityException {
        X509Certificate certificate = Pem.certificate(pem);
        String signer = roots.signer(certificate);
        if (signer == null) {
            throw new CertificateException("no root that is trusted now signed it");
        }
        if (!certificate.getPublicKey().equals(key.getPublic())) {
            throw new CertificateException("it is of another key");
        }
        Instant renewAt = Mint.renewAt(
                now,
                certificate.getNotAfter().toInstant(),
                certificate.getSerialNumber().toString());
        return new ServerCertificate(key.getPrivate(), certificate, renewAt, signer);
    }

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
