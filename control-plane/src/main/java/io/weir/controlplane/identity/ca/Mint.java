package io.weir.controlplane.identity.ca;

import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.RDN;
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
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys and certificates: ECDSA P-256, SHA-256, in the profile that SPIFFE asks for. */
final class Mint {

    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * A key and a signature with it take 0.3 ms without the JVM's optimising compiler, and 1.1 ms with the JDK's own provider, whose
     * arithmetic is made for it. A herd of sidecars asks for both.
     */
    private static final Provider EC = new BouncyCastleProvider();

    private static final int SERIAL_BITS = 127;

    /** How far around the middle of its life a certificate is renewed, so that a fleet does not renew at once. */
    private static final double RENEW_FROM = 0.45;

    private static final double RENEW_SPREAD = 0.10;

    /** Before a pod certificate is made, it may begin. */
    private static final Duration MOST_EARLIER = Duration.ofMinutes(4);

    private static final KeyPurposeId[] WORKLOAD = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};

    private final TrustDomain trustDomain;
    private final CertificateSettings settings;

    Mint(TrustDomain trustDomain, CertificateSettings settings) {
        this.trustDomain = trustDomain;
        this.settings = settings;
    }

    Root root(Instant now) {
        KeyPair keys = keyPair();
        BigInteger serial = serial();
        // Two roots are trusted during a rotation; with one name, a verifier might try the wrong one's key.
        X500Name name = new X500Name("O=Weir,CN=" + trustDomain.name().replaceAll("(.{60}).*", "$1") + " root "
                + serial.toString(16).substring(0, 8));
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            name,
                            serial,
                            date(now.minus(settings.skew())),
                            date(now.plus(settings.root())),
                            name,
                            keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(uri("spiffe://" + trustDomain.name())))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            extensions.createSubjectKeyIdentifier(keys.getPublic()));
            return Root.of(sign(builder, keys.getPrivate()), keys.getPrivate(), settings.leaf());
        } catch (IOException | GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    Svid svid(Root signer, Identity identity, WorkloadKey workload, Instant now) {
        KeyPair keys = keyPair();
        GeneralNames names = new GeneralNames(
                new GeneralName[] {uri(trustDomain.spiffeId(identity)), dns(trustDomain.dnsName(workload))});
        X509Certificate certificate =
                sign(signer, leaf(signer, keys.getPublic(), validity(signer, now), names, WORKLOAD));
        Instant notAfter = certificate.getNotAfter().toInstant();
        return new Svid(
                identity,
                workload,
                Pem.key(keys.getPrivate()),
                Pem.certificates(List.of(certificate)),
                notAfter,
                renewAt(now, notAfter, workload.toString()),
                signer.id());
    }

    ServerCertificate xdsServer(Root signer, Instant now) {
        KeyPair keys = keyPair();
        GeneralNames names = new GeneralNames(new GeneralName[] {
            dns(trustDomain.xdsServerName()), dns("localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        });
        X509Certificate certificate = sign(
                signer, leaf(signer, keys.getPublic(), validity(signer, now), names, KeyPurposeId.id_kp_serverAuth));
        Instant notAfter = certificate.getNotAfter().toInstant();
        return new ServerCertificate(
                keys.getPrivate(), certificate, renewAt(now, notAfter, trustDomain.xdsServerName()), signer.id());
    }

    /**
     * For a key that is made elsewhere.
     *
     * @param longest life, which the certificate has unless the settings or its signer end earlier
     */
    PodCertificate pod(Root signer, PodBinding pod, PublicKey key, Duration longest, Instant now) {
        // The API server allows less than five minutes.
        Duration earlier = settings.skew().compareTo(MOST_EARLIER) < 0 ? settings.skew() : MOST_EARLIER;
        Instant from = now.minus(earlier).truncatedTo(ChronoUnit.SECONDS);
        Duration life = longest.compareTo(settings.leaf()) < 0 ? longest : settings.leaf();
        Validity validity = new Validity(from, earlierOf(from.plus(life), signer.notAfter()));
        return bound(signer, pod, new Subject(key, trustDomain.dnsName(pod.workload()), validity), now);
    }

    /** For the telemetry program's key: it is a server to proxies, and a client to its other replicas. */
    PodCertificate telemetry(Root signer, PodBinding pod, PublicKey key, Instant now) {
        return bound(signer, pod, new Subject(key, trustDomain.telemetryServerName(), validity(signer, now)), now);
    }

    private record Subject(PublicKey key, String dnsName, Validity validity) {}

    private PodCertificate bound(Root signer, PodBinding pod, Subject subject, Instant now) {
        GeneralNames names =
                new GeneralNames(new GeneralName[] {uri(trustDomain.spiffeId(pod.identity())), dns(subject.dnsName())});
        X509v3CertificateBuilder builder = leaf(signer, subject.key(), subject.validity(), names, WORKLOAD);
        try {
            builder.addExtension(pod.extension());
        } catch (IOException e) {
            throw cannot(e);
        }
        X509Certificate certificate = sign(signer, builder);
        Instant notAfter = certificate.getNotAfter().toInstant();
        return new PodCertificate(
                Pem.certificates(List.of(certificate)),
                certificate.getNotBefore().toInstant(),
                notAfter,
                renewAt(now, notAfter, pod.workload().toString()).truncatedTo(ChronoUnit.SECONDS));
    }

    private record Validity(Instant from, Instant until) {}

    private Validity validity(Root signer, Instant now) {
        return new Validity(now.minus(settings.skew()), earlierOf(now.plus(settings.leaf()), signer.notAfter()));
    }

    private static Instant earlierOf(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static X509v3CertificateBuilder leaf(
            Root signer, PublicKey key, Validity validity, GeneralNames names, KeyPurposeId... purposes) {
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            return new JcaX509v3CertificateBuilder(
                            X500Name.getInstance(signer.certificate()
                                    .getSubjectX500Principal()
                                    .getEncoded()),
                            serial(),
                            date(validity.from()),
                            date(validity.until()),
                            new X500Name(new RDN[0]),
                            key)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
                    // Critical because there is no subject: the names are all there is (RFC 5280 4.2.1.6).
                    .addExtension(Extension.subjectAlternativeName, true, names)
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            extensions.createAuthorityKeyIdentifier(
                                    signer.certificate().getPublicKey()));
        } catch (IOException | GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    private static X509Certificate sign(Root signer, X509v3CertificateBuilder builder) {
        try {
            return sign(builder, signer.signingKey());
        } catch (IOException | GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws IOException, GeneralSecurityException {
        try {
            JcaContentSignerBuilder signer = new JcaContentSignerBuilder(algorithm(key));
            if (key instanceof ECPrivateKey) {
                signer.setProvider(EC);
            }
            return Pem.certificate(builder.build(signer.build(key)).getEncoded());
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /** With what certificates are signed by a key. */
    static Signature signature(PrivateKey key) throws GeneralSecurityException {
        return key instanceof ECPrivateKey
                ? Signature.getInstance(algorithm(key), EC)
                : Signature.getInstance(algorithm(key));
    }

    private static String algorithm(PrivateKey key) {
        return key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    }

    /** Between 45 and 55 % of its life, always the same for one subject. */
    static Instant renewAt(Instant from, Instant notAfter, String subject) {
        byte[] hash = Fingerprint.sha256(subject.getBytes(StandardCharsets.UTF_8));
        double place = (((hash[0] & 0xff) << 8) | (hash[1] & 0xff)) / 65536.0;
        Duration life = Duration.between(from, notAfter);
        return from.plusMillis((long) (life.toMillis() * (RENEW_FROM + RENEW_SPREAD * place)));
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", EC);
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw cannot(e);
        }
    }

    /** Positive, and always eight hex digits or more. */
    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS - 1, RANDOM).setBit(SERIAL_BITS - 1);
    }

    private static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    /** Certificates have whole seconds. */
    private static Date date(Instant instant) {
        return Date.from(instant.truncatedTo(ChronoUnit.SECONDS));
    }

    private static IllegalStateException cannot(Throwable cause) {
        return new IllegalStateException("this JDK can't make ECDSA P-256 certificates", cause);
    }
}
