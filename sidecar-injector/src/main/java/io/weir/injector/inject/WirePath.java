package io.weir.injector.inject;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The path of a probe or of metrics as an HTTP client sends it: Envoy sends what it is told. */
final class WirePath {

    /** What may stand in a path and a query as it is. */
    private static final String PLAIN = "!$&'()*+,-./:;=?@_~";

    private WirePath() {}

    static String of(String path) {
        int fragment = path.indexOf('#');
        String sent = fragment < 0 ? path : path.substring(0, fragment);
        StringBuilder wire = new StringBuilder(sent.startsWith("/") ? "" : "/");
        byte[] bytes = sent.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean escape = c == '%' && i + 2 < bytes.length && hex(bytes[i + 1]) && hex(bytes[i + 2]);
            if (escape || (c < 128 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0))) {
                wire.append(c);
            } else {
                wire.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return wire.toString();
    }

    private static boolean hex(byte digit) {
        return Character.digit(digit, 16) >= 0;
    }
}
