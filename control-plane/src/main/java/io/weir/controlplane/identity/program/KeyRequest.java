package io.weir.controlplane.identity.program;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A key that was just made, and the request for its certificate.
 *
 * @param pem PKCS#10, without names
 */
public record KeyRequest(KeyPair key, String pem) {

    private static final String CURVE = "secp256r1";
    private static final int LONGEST = 4_096;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** A new key: ECDSA P-256. */
    public static KeyRequest make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair key = generator.generateKeyPair();
            byte[] request = new JcaPKCS10CertificationRequestBuilder(new X500Name(new RDN[0]), key.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()))
                    .getEncoded();
            return new KeyRequest(
                    key,
                    "-----BEGIN CERTIFICATE REQUEST-----\n" + LINES.encodeToString(request)
                            + "\n-----END CERTIFICATE REQUEST-----\n");
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this JDK can't make ECDSA P-256 keys", e);
        }
    }

    /**
     * The public key of a request, whose sender has proven to have the private one.
     *
     * @param pem may be anything
     * @throws GeneralSecurityException if it is no such request
     */
    public static PublicKey requested(String pem) throws GeneralSecurityException {
        if (pem.length() > LONGEST) {
            throw new GeneralSecurityException("longer than " + LONGEST + " characters");
        }
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest parsed)) {
                throw new GeneralSecurityException("no PKCS#10 request in PEM");
            }
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(parsed);
            AlgorithmIdentifier algorithm = request.getSubjectPublicKeyInfo().getAlgorithm();
            if (!algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
                    || !SECObjectIdentifiers.secp256r1.equals(algorithm.getParameters())) {
                throw new GeneralSecurityException("not of an ECDSA P-256 key");
            }
            PublicKey key = request.getPublicKey();
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new GeneralSecurityException("not signed with the key that it is for");
            }
            return key;
        } catch (IOException | OperatorCreationException | PKCSException | RuntimeException e) {
            throw new GeneralSecurityException("no PKCS#10 request in PEM", e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "KeyRequest[]";
    }
}
