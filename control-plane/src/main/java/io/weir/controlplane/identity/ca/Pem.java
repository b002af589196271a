package io.weir.controlplane.identity.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Keys and certificates as text, in the forms that Envoy reads. */
final class Pem {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    static String certificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was parsed can't be encoded", e);
            }
        }
        return text.toString();
    }

    /** PKCS #8; of an EC key without its public half, which follows from the other: after a restart each proxy is sent a key. */
    static String key(PrivateKey key) {
        if (!(key instanceof ECPrivateKey ec)) {
            return block("PRIVATE KEY", key.getEncoded());
        }
        int bits = ec.getParams().getOrder().bitLength();
        try {
            PrivateKeyInfo half = new PrivateKeyInfo(
                    PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKeyAlgorithm(),
                    new org.bouncycastle.asn1.sec.ECPrivateKey(bits, ec.getS()));
            return block("PRIVATE KEY", half.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a key that was made can't be encoded", e);
        }
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return certificate(pem.getBytes(StandardCharsets.US_ASCII));
    }

    /** Of PEM or DER. */
    static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    /** PKCS #8, or the older forms that tools such as cert-manager write: PKCS #1 for RSA, SEC 1 for EC. */
    static PrivateKey key(String pem) throws GeneralSecurityException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            PrivateKeyInfo key = switch (parser.readObject()) {
                case PrivateKeyInfo pkcs8 -> pkcs8;
                case PEMKeyPair pair -> pair.getPrivateKeyInfo();
                case null, default -> throw new GeneralSecurityException("no PEM private key");
            };
            return new JcaPEMKeyConverter()
                    .setAlgorithmMapping(X9ObjectIdentifiers.id_ecPublicKey, "EC")
                    .getPrivateKey(key);
        } catch (IOException | RuntimeException e) {
            throw new GeneralSecurityException("no PEM private key", e);
        }
    }
}
