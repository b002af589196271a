package io.weir.injector.crd;

import io.weir.injector.webhook.WebhookEndpoint;
import io.weir.injector.webhook.WebhookServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import tools.jackson.databind.JsonNode;

/** The injector's server on loopback, with a certificate for one Service. */
final class HttpsWebhooks implements AutoCloseable {

    private static final char[] NO_PASSWORD = {};

    private final WebhookServer server;
    private final AtomicInteger calls = new AtomicInteger();
    private final String caBundle;

    /** @param host the name that the API server calls, {@code weir-injector.weir-system.svc} */
    HttpsWebhooks(String host, Map<String, WebhookEndpoint> endpoints) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair keys = generator.generateKeyPair();
            Certificate certificate = selfSigned(host, keys);
            caBundle = Base64.getEncoder().encodeToString(pem(certificate).getBytes(StandardCharsets.US_ASCII));
            server = WebhookServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    keys(keys, certificate),
                    counted(endpoints));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.port();
    }

    /** Base64 of the PEM, as webhook configurations have it. */
    String caBundle() {
        return caBundle;
    }

    /** How often it was called. */
    int calls() {
        return calls.get();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, WebhookEndpoint> counted(Map<String, WebhookEndpoint> endpoints) {
        Map<String, WebhookEndpoint> counted = new HashMap<>();
        endpoints.forEach((path, endpoint) -> counted.put(path, new WebhookEndpoint() {
            @Override
            public JsonNode answer(JsonNode review) {
                calls.incrementAndGet();
                return endpoint.answer(review);
            }

            @Override
            public int longest() {
                return endpoint.longest();
            }

            @Override
            public int deepest() {
                return endpoint.deepest();
            }
        }));
        return counted;
    }

    private static X509ExtendedKeyManager keys(KeyPair keys, Certificate certificate)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("webhook", keys.getPrivate(), NO_PASSWORD, new Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NO_PASSWORD);
        return (X509ExtendedKeyManager) managers.getKeyManagers()[0];
    }

    private static Certificate selfSigned(String host, KeyPair keys) throws GeneralSecurityException, IOException {
        X500Name name = new X500Name("CN=webhooks");
        Instant now = Instant.now();
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    name,
                                    BigInteger.ONE,
                                    Date.from(now.minusSeconds(600)),
                                    Date.from(now.plusSeconds(86_400)),
                                    name,
                                    keys.getPublic())
                            .addExtension(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(new GeneralName(GeneralName.dNSName, host)))
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(Certificate certificate) throws GeneralSecurityException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        lines.writeBytes(Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(certificate.getEncoded()));
        return "-----BEGIN CERTIFICATE-----\n" + lines.toString(StandardCharsets.US_ASCII)
                + "\n-----END CERTIFICATE-----\n";
    }
}
