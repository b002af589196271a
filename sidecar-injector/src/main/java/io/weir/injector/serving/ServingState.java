package io.weir.injector.serving;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all replicas share.
 *
 * @param signer the root that signed the pair
 * @param next the root that will sign once it is known everywhere
 * @param previous the root before, which some replica's pair may still be of
 * @param pair what the webhooks show
 */
record ServingState(
        Certified signer,
        @Nullable Certified next,
        @Nullable X509Certificate previous,
        Certified pair) {

    /** The roots to trust, as PEM; equal states give equal bytes. */
    String bundle() {
        List<X509Certificate> roots = new ArrayList<>();
        roots.add(signer.certificate());
        if (next != null) {
            roots.add(next.certificate());
        }
        if (previous != null) {
            roots.add(previous);
        }
        return Pem.certificates(roots);
    }
}
