package io.weir.controlplane.identity.ca;

import java.security.cert.X509Certificate;
import java.util.List;

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

    /** PEM, one block a root. */
    public String pem() {
        return Pem.certificates(roots);
    }

    @Override
    public String toString() {
        return "TrustBundle[" + roots.size() + " roots, version " + version + "]";
    }
}
