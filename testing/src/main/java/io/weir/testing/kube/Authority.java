package io.weir.testing.kube;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a cluster, valid for a day. */
final class Authority {

    /** Both as PEM. */
    record Credentials(String certificate, String key) {}

    /** Both as PEM. */
    record TokenKeys(String publicKey, String privateKey) {}

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration VALID = Duration.ofDays(1);
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final int SERIAL_BITS = 127;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final X500Name name;
    private final KeyPair keys = keyPair("EC", 256);
    private final String certificate;

    Authority(String commonName) {
        this.name = new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
        try {
            this.certificate = sign(unsigned(name, keys)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)));
        } catch (IOException e) {
            throw cannot(e);
        }
    }

    /** As PEM. */
    String certificate() {
        return certificate;
    }

    Credentials server(GeneralName... names) {
        KeyPair pair = keyPair("EC", 256);
        X500Name subject =
                new X500NameBuilder().addRDN(BCStyle.CN, "kube-apiserver").build();
        try {
            X509v3CertificateBuilder builder = unsigned(subject, pair)
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            return leaf(builder, pair, KeyPurposeId.id_kp_serverAuth);
        } catch (IOException e) {
            throw cannot(e);
        }
    }

    /** Kubernetes takes the common name for the user, and organisations for the groups. */
    Credentials client(String user, List<String> groups) {
        KeyPair pair = keyPair("EC", 256);
        X500NameBuilder subject = new X500NameBuilder();
        groups.forEach(group -> subject.addRDN(BCStyle.O, group));
        subject.addRDN(BCStyle.CN, user);
        try {
            return leaf(unsigned(subject.build(), pair), pair, KeyPurposeId.id_kp_clientAuth);
        } catch (IOException e) {
            throw cannot(e);
        }
    }

    /** For the tokens of service accounts; RSA, as clusters usually have it. */
    static TokenKeys tokenKeys() {
        KeyPair pair = keyPair("RSA", 2048);
        return new TokenKeys(pem("PUBLIC KEY", pair.getPublic().getEncoded()), pem(pair.getPrivate()));
    }

    private Credentials leaf(X509v3CertificateBuilder builder, KeyPair pair, KeyPurposeId purpose) throws IOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        return new Credentials(sign(builder), pem(pair.getPrivate()));
    }

    private X509v3CertificateBuilder unsigned(X500Name subject, KeyPair pair) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(SERIAL_BITS, RANDOM),
                Date.from(now.minus(SKEW)),
                Date.from(now.plus(VALID)),
                subject,
                pair.getPublic());
    }

    private String sign(X509v3CertificateBuilder builder) throws IOException {
        try {
            return pem(
                    "CERTIFICATE",
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                            .getEncoded());
        } catch (OperatorCreationException e) {
            throw cannot(e);
        }
    }

    private static KeyPair keyPair(String algorithm, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(size, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    private static String pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + LINES.encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    private static IllegalStateException cannot(Exception cause) {
        return new IllegalStateException("this JDK can't make keys and certificates", cause);
    }
}
