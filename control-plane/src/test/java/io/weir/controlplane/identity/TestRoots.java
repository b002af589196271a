package io.weir.controlplane.identity;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Roots of a mesh's owner, in the forms that cert-manager writes: keys in PKCS #1 and SEC 1. */
public final class TestRoots {

    private TestRoots() {}

    /** As PEM. */
    public record Root(String certificate, String key) {}

    public static Root rsa(String name) {
        return root(name, "RSA", 2048, true);
    }

    public static Root ec(String name) {
        return root(name, "EC", 256, true);
    }

    public static Root ec384(String name) {
        return root(name, "EC", 384, true);
    }

    private static Root root(String name, String algorithm, int bits, boolean authority) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            KeyPair keys = generator.generateKeyPair();
            X509CertificateHolder certificate = certificate(name, keys, authority);
            return new Root(
                    pem(certificate),
                    keys.getPrivate() instanceof ECPrivateKey key ? sec1(key) : pem(keys.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate of no authority, with its key. */
    public static Root leaf(String name) {
        return root(name, "EC", 256, false);
    }

    private static X509CertificateHolder certificate(String name, KeyPair keys, boolean authority) {
        Instant now = Instant.now();
        String algorithm = keys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            return new JcaX509v3CertificateBuilder(
                            new X500Name(name),
                            BigInteger.valueOf(now.toEpochMilli()),
                            Date.from(now.minusSeconds(60)),
                            Date.from(now.plus(Duration.ofDays(365))),
                            new X500Name(name),
                            keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With its curve, as Go and OpenSSL write it. */
    private static String sec1(ECPrivateKey key) {
        int bits = key.getParams().getOrder().bitLength();
        org.bouncycastle.asn1.sec.ECPrivateKey encoded = new org.bouncycastle.asn1.sec.ECPrivateKey(
                bits, key.getS(), bits == 256 ? SECObjectIdentifiers.secp256r1 : SECObjectIdentifiers.secp384r1);
        try {
            return pem(new PemObject("EC PRIVATE KEY", encoded.getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
