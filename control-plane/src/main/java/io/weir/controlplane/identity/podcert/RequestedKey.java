package io.weir.controlplane.identity.podcert;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** The public key of a PKCS#10 request, whose signature proves that the node has the private one. */
final class RequestedKey {

    private static final int LONGEST = 10_240;
    private static final int SHORTEST_RSA = 2048;
    private static final int LONGEST_RSA = 8192;

    /** Curves that every supported Envoy and Java take in a certificate. */
    private static final Set<ASN1Encodable> CURVES =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1);

    private RequestedKey() {}

    /** @param pkcs10 in base64; may be anything */
    static PublicKey of(String pkcs10) throws Refused {
        if (pkcs10.isEmpty() || pkcs10.length() > LONGEST * 4 / 3 + 4) {
            throw unreadable(pkcs10.isEmpty() ? "is missing" : "is longer than " + LONGEST + " bytes");
        }
        try {
            JcaPKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequest(Base64.getDecoder().decode(pkcs10));
            AlgorithmIdentifier algorithm = request.getSubjectPublicKeyInfo().getAlgorithm();
            boolean rsa = algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption);
            boolean curve = algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                    && algorithm.getParameters() != null
                    && CURVES.contains(algorithm.getParameters().toASN1Primitive());
            if (!rsa && !curve) {
                throw unsupported();
            }
            PublicKey key = request.getPublicKey();
            if (key instanceof RSAPublicKey wide) {
                int bits = wide.getModulus().bitLength();
                if (bits < SHORTEST_RSA || bits > LONGEST_RSA) {
                    throw unsupported();
                }
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw Refused.denied(
                        "NoProofOfPossession",
                        "spec.stubPKCS10Request is not signed with the key that it is for; "
                                + "only the kubelet should make such requests");
            }
            return key;
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException
                | IllegalStateException
                | ClassCastException
                | NullPointerException e) {
            throw unreadable("is not a PKCS#10 request in DER");
        }
    }

    private static Refused unreadable(String how) {
        return Refused.denied(
                "InvalidRequest", "spec.stubPKCS10Request " + how + "; only the kubelet should make such requests");
    }

    /** The word is the API's own for it. */
    private static Refused unsupported() {
        return Refused.denied(
                "UnsupportedKeyType",
                "spec.stubPKCS10Request has a key of a kind that the sidecar can't use; set keyType: ECDSAP256 "
                        + "(or ECDSAP384, RSA3072, RSA4096) in the pod's podCertificate volume");
    }
}
