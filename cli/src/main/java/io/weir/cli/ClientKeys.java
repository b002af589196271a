package io.weir.cli;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Private keys of kubeconfigs: those of k3s, for one, are of elliptic curves, and the client takes all for RSA. */
final class ClientKeys {

    /** The object identifier id-ecPublicKey in DER (RFC 5480), which a PKCS #8 key of a curve has. */
    private static final String ID_EC_PUBLIC_KEY = "06072a8648ce3d0201";

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");

    private ClientKeys() {}

    /** Tells the client of what kind the key in a configuration is. */
    static void tell(Config config) {
        String data = config.getClientKeyData();
        if (data == null && config.getClientKeyFile() != null) {
            data = read(Path.of(config.getClientKeyFile()));
        }
        if (data != null && isOfCurve(data)) {
            config.setClientKeyAlgo("EC");
        }
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException _) {
            // The client says what is wrong with it.
            return null;
        }
    }

    /** @param data PEM, in base64 as kubeconfigs have it or not */
    static boolean isOfCurve(String data) {
        try {
            String pem = data.contains("-----BEGIN")
                    ? data
                    : new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII);
            Matcher key = PEM.matcher(pem);
            if (!key.find()) {
                return false;
            }
            byte[] der = Base64.getMimeDecoder().decode(key.group(2));
            return key.group(1).equals("EC ")
                    || HexFormat.of().formatHex(der).toLowerCase(Locale.ROOT).contains(ID_EC_PUBLIC_KEY);
        } catch (IllegalArgumentException _) {
            // The client says what is wrong with it.
            return false;
        }
    }
}
