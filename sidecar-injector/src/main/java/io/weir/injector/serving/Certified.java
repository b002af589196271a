package io.weir.injector.serving;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** A certificate with its key. */
record Certified(X509Certificate certificate, PrivateKey key) {

    boolean isExpired(Instant now) {
        return !now.isBefore(certificate.getNotAfter().toInstant());
    }

    /** Without the key. */
    @Override
    public String toString() {
        return certificate.getSubjectX500Principal() + " until "
                + certificate.getNotAfter().toInstant();
    }
}
