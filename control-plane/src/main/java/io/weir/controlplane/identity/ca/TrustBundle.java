package io.weir.controlplane.identity.ca;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The roots that every member of the mesh trusts.
 *
 * @param roots oldest first
 * @param version equal for equal roots, also after a restart
 */
public record TrustBundle(List<X509Certificate> roots, String version) {

    public TrustBundle {
        roots = List.copyOf(roots);
    }

    static TrustBundle of(List<X509Certificate> roots) {
        return new TrustBundle(roots, Fingerprint.of(Pem.certificates(roots)));
    }

    /**
     * Reads what {@link #pem} wrote.
     *
     * @throws CertificateException if it is something else, or has no root in it
     */
    public static TrustBundle read(String pem) throws CertificateException {
        List<X509Certificate> roots = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
        if (roots.isEmpty()) {
            throw new CertificateException("no roots");
        }
        return of(roots);
    }

    /** Id of the root that signed a certificate; null if none of these did. */
    public @Nullable String signer(X509Certificate certificate) {
        for (X509Certificate root : roots) {
            try {
                certificate.verify(root.getPublicKey());
                return Fingerprint.of(root.getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was parsed can't be encoded", e);
            } catch (GeneralSecurityException _) {
                // Another's.
            }
        }
        return null;
    }

    /** PEM, one block a root. */
    public String pem() {
        return Pem.certificates(roots);
    }

    @Override
    public String toString() {
        return "TrustBundle[" + roots.size() + " roots, version " + version + "]";
    }
}
