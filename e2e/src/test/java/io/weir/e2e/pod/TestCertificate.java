package io.weir.e2e.pod;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that nobody would trust, as apps have for probes over HTTPS.
 *
 * @param bundle its key and then itself, as kubelets write pod certificates
 */
public record TestCertificate(SSLContext server, String pem, String bundle) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private static final class Holder {
        private static final TestCertificate ONE = make();
    }

    public static TestCertificate get() {
        return Holder.ONE;
    }

    private static TestCertificate make() {
        try {
            Path file = Files.createTempDirectory("certificate").resolve("store.p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-alias",
                            "app",
                            "-dname",
                            "CN=app",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            new String(PASSWORD))
                    .redirectErrorStream(true)
                    .start();
            String output = ProxyArguments.readable(keytool.getInputStream().readAllBytes());
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            String pem = pem("CERTIFICATE", store.getCertificate("app").getEncoded());
            String key = pem("PRIVATE KEY", store.getKey("app", PASSWORD).getEncoded());
            return new TestCertificate(context, pem, key + pem);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] encoded) {
        String body = Base64.getMimeEncoder().encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n";
    }
}
