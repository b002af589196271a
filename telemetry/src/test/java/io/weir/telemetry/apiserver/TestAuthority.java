package io.weir.telemetry.apiserver;

import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Signs certificates for a day. */
final class TestAuthority {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final char[] PASSWORD = "test".toCharArray();

    private final X500Name name;
    private final KeyPair keys = keyPair();
    private final X509Certificate certificate;

    /** A certificate with its key. */
    record Pair(PrivateKey key, X509Certificate certificate) {

        X509ExtendedKeyManager manager() throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("pair", key, PASSWORD, new Certificate[] {certificate});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, PASSWORD);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        }
    }

    TestAuthority(String commonName) throws GeneralSecurityException, IOException {
        name = new X500Name("CN=" + commonName);
        certificate = sign(builder(name, keys).addExtension(Extension.basicConstraints, true, new BasicConstraints(0)));
    }

    X509Certificate certificate() {
        return certificate;
    }

    String pem() throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** In base64 of PEM. */
    String caBundle() throws GeneralSecurityException {
        return Base64.getEncoder().encodeToString(pem().getBytes(StandardCharsets.US_ASCII));
    }

    /** @param subject as in {@code CN=front-proxy} */
    Pair client(String subject) throws GeneralSecurityException, IOException {
        KeyPair pair = keyPair();
        return new Pair(
                pair.getPrivate(),
                sign(builder(new X500Name(subject), pair)
                        .addExtension(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))));
    }

    /** For this machine, and these names. */
    Pair server(String... names) throws GeneralSecurityException, IOException {
        GeneralName[] all = new GeneralName[names.length + 2];
        all[0] = new GeneralName(GeneralName.dNSName, "localhost");
        all[1] = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
        for (int i = 0; i < names.length; i++) {
            all[i + 2] = new GeneralName(GeneralName.dNSName, names[i]);
        }
        KeyPair pair = keyPair();
        return new Pair(
                pair.getPrivate(),
                sign(builder(new X500Name("CN=server"), pair)
                        .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all))
                        .addExtension(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))));
    }

    /** Trusts servers of this authority, and shows that certificate. */
    HttpClient http(@Nullable Pair shown) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager[] trusted = trust.getTrustManagers();
        context.init(shown == null ? null : new KeyManager[] {shown.manager()}, trusted, null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    private JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair pair) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(127, RANDOM),
                Date.from(now.minus(Duration.ofMinutes(5))),
                Date.from(now.plus(Duration.ofDays(1))),
                subject,
                pair.getPublic());
    }

    private X509Certificate sign(org.bouncycastle.cert.X509v3CertificateBuilder builder)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
