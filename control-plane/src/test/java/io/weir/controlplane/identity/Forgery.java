package io.weir.controlplane.identity;

import io.weir.controlplane.identity.state.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Certificates that the authority would never make, signed with its own stolen root key: what stands between them and
 * an identity is the authenticator.
 */
final class Forgery {

    private final List<GeneralName> names = new ArrayList<>();
    private BasicConstraints constraints = new BasicConstraints(false);
    private int usage = KeyUsage.digitalSignature;
    private KeyPurposeId purpose = KeyPurposeId.id_kp_clientAuth;
    private Instant notAfter;
    private final Instant now;
    private @Nullable Extension extension;

    /** A certificate and its key. */
    record Forged(PrivateKey key, X509Certificate certificate) {}

    private Forgery(Instant now) {
        this.now = now;
        this.notAfter = now.plusSeconds(3600);
    }

    static Forgery at(Instant now) {
        return new Forgery(now);
    }

    Forgery uri(String uri) {
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        return this;
    }

    Forgery dns(String name) {
        names.add(new GeneralName(GeneralName.dNSName, name));
        return this;
    }

    Forgery authority() {
        constraints = new BasicConstraints(true);
        return this;
    }

    Forgery usage(int bits) {
        usage = bits;
        return this;
    }

    Forgery purpose(KeyPurposeId id) {
        purpose = id;
        return this;
    }

    Forgery extension(Extension more) {
        extension = more;
        return this;
    }

    Forgery until(Instant end) {
        notAfter = end;
        return this;
    }

    /** Signed by the root whose state is in this folder. */
    Forged signedByRootIn(StateFolder folder) throws IOException, GeneralSecurityException {
        JsonNode root =
                JsonMapper.shared().readTree(folder.read("authority.json")).get("young");
        PrivateKey rootKey = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder()
                        .decode(root.get("key").stringValue().replaceAll("-----.*-----", ""))));
        X509Certificate rootCertificate =
                certificate(root.get("certificate").stringValue().getBytes(StandardCharsets.US_ASCII));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        X500Name.getInstance(
                                rootCertificate.getSubjectX500Principal().getEncoded()),
                        BigInteger.TEN,
                        Date.from(now.minusSeconds(300)),
                        Date.from(notAfter),
                        new X500Name("CN=forged"),
                        keys.getPublic())
                .addExtension(Extension.basicConstraints, true, constraints)
                .addExtension(Extension.keyUsage, true, new KeyUsage(usage))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        if (extension != null) {
            builder.addExtension(extension);
        }
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        try {
            return new Forged(
                    keys.getPrivate(),
                    certificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(rootKey))
                            .getEncoded()));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    static PrivateKey key(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC")
                .generatePrivate(
                        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""))));
    }
}
