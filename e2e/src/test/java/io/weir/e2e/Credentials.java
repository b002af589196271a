package io.weir.e2e;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Whom a running Envoy trusts, and by what it is known itself, as it says at its admin socket. */
record Credentials(List<X509Certificate> roots, X509Certificate leaf) {

    /** @param secrets the dynamic ones of a configuration dump */
    static Credentials of(JsonNode secrets) throws GeneralSecurityException {
        return new Credentials(
                certificates(secrets, "trust", "/secret/validation_context/trusted_ca/inline_string"),
                certificates(secrets, "identity", "/secret/tls_certificate/certificate_chain/inline_string")
                        .getFirst());
    }

    /** Whether the leaf is signed by one of these roots. */
    boolean isSignedBy(X509Certificate root) {
        try {
            leaf.verify(root.getPublicKey());
            return true;
        } catch (GeneralSecurityException otherSigner) {
            return false;
        }
    }

    private static List<X509Certificate> certificates(JsonNode secrets, String name, String place)
            throws GeneralSecurityException {
        for (JsonNode secret : secrets) {
            String pem = secret.at(place).asString("");
            if (secret.path("name").asString("").equals(name) && !pem.isEmpty()) {
                byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
                return CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(bytes))
                        .stream()
                        .map(X509Certificate.class::cast)
                        .toList();
            }
        }
        throw new AssertionError("no secret " + name + " in " + secrets);
    }
}
