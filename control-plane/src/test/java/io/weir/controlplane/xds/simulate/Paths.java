package io.weir.controlplane.xds.simulate;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** What a connection manager makes of a path, by its settings. */
final class Paths {

    private static final Pattern ESCAPED = Pattern.compile("%([0-9A-Fa-f]{2})");

    private Paths() {}

    /** Backslashes and escapes of unreserved characters resolved, then dot segments; the query is kept. */
    static String normalised(String target) {
        String path = withoutQuery(target).replace('\\', '/');
        Matcher escaped = ESCAPED.matcher(path);
        StringBuilder plain = new StringBuilder();
        int end = 0;
        while (escaped.find()) {
            char decoded = (char) Integer.parseInt(escaped.group(1), 16);
            plain.append(path, end, escaped.start()).append(unreserved(decoded) ? "" + decoded : escaped.group());
            end = escaped.end();
        }
        return withoutDots(plain.append(path.substring(end)).toString()) + query(target);
    }

    static String merged(String target) {
        return Pattern.compile("/+").matcher(withoutQuery(target)).replaceAll("/") + query(target);
    }

    static String unescapedSlashes(String target) {
        String path = withoutQuery(target);
        return Pattern.compile("(?i)%2f").matcher(path).replaceAll("/").replaceAll("(?i)%5c", "\\\\") + query(target);
    }

    static String withoutQuery(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static String query(String target) {
        return target.substring(withoutQuery(target).length());
    }

    private static boolean unreserved(char c) {
        return c < 0x7f && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
    }

    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            switch (segments[i].toLowerCase(Locale.ROOT)) {
                case "." -> {
                    if (last) {
                        kept.addLast("");
                    }
                }
                case ".." -> {
                    kept.pollLast();
                    if (last) {
                        kept.addLast("");
                    }
                }
                default -> kept.addLast(segments[i]);
            }
        }
        return "/" + String.join("/", kept);
    }
}
