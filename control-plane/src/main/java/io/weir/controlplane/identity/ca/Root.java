package io.weir.controlplane.identity.ca;

import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A root of the mesh.
 *
 * @param key null once the root no longer signs
 * @param longestLeaf the longest life of a leaf that this root may have signed
 */
record Root(
        String id, X509Certificate certificate, @Nullable PrivateKey key, Duration longestLeaf) {

    static Root of(X509Certificate certificate, @Nullable PrivateKey key, Duration longestLeaf) {
        try {
            return new Root(Fingerprint.of(certificate.getEncoded()), certificate, key, longestLeaf);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed can't be encoded", e);
        }
    }

    PrivateKey signingKey() {
        if (key == null) {
            throw new IllegalStateException("root " + id + " no longer signs");
        }
        return key;
    }

    Root withoutKey() {
        return new Root(id, certificate, null, longestLeaf);
    }

    Root signingFor(Duration leaf) {
        return key == null || leaf.compareTo(longestLeaf) <= 0 ? this : new Root(id, certificate, key, leaf);
    }

    Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    Duration life() {
        return Duration.between(certificate.getNotBefore().toInstant(), notAfter());
    }

    @Override
    public String toString() {
        return "Root[" + id + ", until " + notAfter() + "]";
    }
}
