package io.weir.injector.serving;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys and certificates of one DNS name: ECDSA P-256, SHA-256. */
final class ServingMint {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 126;
    private static final String ALGORITHM = "SHA256withECDSA";

    private final String service;
    private final String dnsName;
    private final ServingSettings settings;

    ServingMint(String service, String namespace, ServingSettings settings) {
        this.service = service;
        this.dnsName = service + "." + namespace + ".svc";
        this.settings = settings;
    }

    Certified authority(Instant now) {
        KeyPair keys = keyPair();
        BigInteger serial = serial();
        // Two roots are trusted during a rotation; with one name, a verifier might try the wrong one's key.
        X500Name name = new X500Name(
                "O=Weir,CN=" + service + " root " + serial.toString(16).substring(0, 8));
        try {
            return sign(
                    builder(name, serial, name, new Life(now, now.plus(settings.authority())), keys)
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign)),
                    keys.getPrivate(),
                    keys.getPrivate());
        } catch (IOException e) {
            throw cannot(e);
        }
    }

    Certified pair(Certified signer, Instant now) {
        KeyPair keys = keyPair();
        X500Name issuer = X500Name.getInstance(
                signer.certificate().getSubjectX500Principal().getEncoded());
        X500Name name = new X500Name("O=Weir,CN=" + service);
        try {
            return sign(
                    builder(issuer, serial(), name, new Life(now, end(signer, now)), keys)
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                            .addExtension(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)))
                            .addExtension(
                                    Extension.authorityKeyIdentifier,
                                    false,
                                    new JcaX509ExtensionUtils()
                                            .createAuthorityKeyIdentifier(
                                                    signer.certificate().getPublicKey())),
                    keys.getPrivate(),
                    signer.key());
        } catch (IOException | GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    /** Whether another pair of that signer would last longer; near the signer's own end it would not. */
    boolean lengthens(Certified pair, Certified signer, Instant now) {
        Instant until = pair.certificate().getNotAfter().toInstant();
        return end(signer, now).truncatedTo(ChronoUnit.SECONDS).isAfter(until);
    }

    private Instant end(Certified signer, Instant now) {
        Instant wanted = now.plus(settings.pair());
        Instant most = signer.certificate().getNotAfter().toInstant();
        return wanted.isBefore(most) ? wanted : most;
    }

    private record Life(Instant now, Instant until) {}

    private static X509v3CertificateBuilder builder(
            X500Name issuer, BigInteger serial, X500Name name, Life life, KeyPair keys) throws IOException {
        try {
            return new JcaX509v3CertificateBuilder(
                            issuer,
                            serial,
                            date(life.now().minus(ServingSettings.SKEW)),
                            date(life.until()),
                            name,
                            keys.getPublic())
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        } catch (GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    private static Certified sign(X509v3CertificateBuilder builder, PrivateKey key, PrivateKey signer) {
        try {
            byte[] der = builder.build(new JcaContentSignerBuilder(ALGORITHM).build(signer))
                    .getEncoded();
            return new Certified(Pem.certificate(der), key);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw cannot(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    /** Positive, and always eight hex digits or more. */
    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS);
    }

    private static Date date(Instant instant) {
        return Date.from(instant.truncatedTo(ChronoUnit.SECONDS));
    }

    private static IllegalStateException cannot(Throwable cause) {
        return new IllegalStateException("this JDK can't make ECDSA P-256 certificates", cause);
    }
}
