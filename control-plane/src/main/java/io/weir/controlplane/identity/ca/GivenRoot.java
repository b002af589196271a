package io.weir.controlplane.identity.ca;

import io.weir.controlplane.identity.ca.store.GivenRoots;
import io.weir.controlplane.identity.ca.store.GivenRoots.Given;
import io.weir.controlplane.identity.state.StateUnusable;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Judges a root that its owner gave: the mesh must not move to one that can't sign, or is not trusted tomorrow. */
final class GivenRoot {

    private static final int KEY_CERT_SIGN = 5;
    private static final byte[] PROBE = {1, 2, 3, 4};

    private GivenRoot() {}

    /** @throws StateUnusable saying what is wrong with it */
    static Root of(GivenRoots roots, CertificateSettings settings, Instant now) throws IOException {
        Given given = roots.current();
        try {
            X509Certificate certificate = Pem.certificate(given.certificate());
            PrivateKey key = Pem.key(given.key());
            String problem = problem(certificate, key, settings, now);
            if (!problem.isEmpty()) {
                throw unusable(roots, problem);
            }
            return Root.of(certificate, key, settings.leaf());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // What a parser says may quote the key.
            throw unusable(
                    roots,
                    "it holds no certificate with a PKCS #8 key ("
                            + e.getClass().getSimpleName() + ")");
        }
    }

    private static String problem(
            X509Certificate certificate, PrivateKey key, CertificateSettings settings, Instant now)
            throws GeneralSecurityException {
        boolean[] usage = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
            return "its certificate is not that of an authority";
        }
        if (!key.getAlgorithm().equals("EC") && !key.getAlgorithm().equals("RSA")) {
            return "its key is neither EC nor RSA";
        }
        if (!belongs(key, certificate)) {
            return "its key is not that of its certificate";
        }
        return certificate.getNotAfter().toInstant().isBefore(now.plus(settings.leaf()))
                ? "its certificate ends at " + certificate.getNotAfter().toInstant() + ", sooner than one it would sign"
                : "";
    }

    private static boolean belongs(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        Signature signature = Mint.signature(key);
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        signature.initVerify(certificate.getPublicKey());
        signature.update(PROBE);
        return signature.verify(signed);
    }

    private static StateUnusable unusable(GivenRoots roots, String problem) {
        return new StateUnusable(roots.place() + " can't be this mesh's root: " + problem, "put a usable one there");
    }
}
