package io.weir.cli.bugreport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes out of objects and texts what only their owners may know. Rather too much is taken than too little. */
public final class Redaction {

    static final String REMOVED = "<redacted>";

    private static final String WORDS =
            "(?:password|passwd|passphrase|token|secret|api[-_]?key|access[-_]?key|private[-_]?key|credentials?"
                    + "|authorization|cookie|client[-_]?key(?:[-_]?data)?)";

    private static final Pattern PRIVATE_KEY = Pattern.compile(
            "-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\\z)", Pattern.DOTALL);
    private static final Pattern BASE64 = Pattern.compile("LS0tLS1CRUdJTi[A-Za-z0-9+/\\r\\n]+={0,2}");
    private static final Pattern JWT =
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{5,}\\.[A-Za-z0-9_-]{5,}(?:\\.[A-Za-z0-9_-]*)?");
    private static final Pattern SCHEME =
            Pattern.compile("\\b(Bearer|Basic|Digest)\\s+[A-Za-z0-9._~+/=-]{6,}", Pattern.CASE_INSENSITIVE);
    private static final Pattern URL_USER = Pattern.compile("(://)[^/\\s:@\"']*:[^/\\s@\"']+@");
    private static final Pattern ASSIGNED = Pattern.compile(
            "([A-Za-z0-9_.-]*" + WORDS + "[A-Za-z0-9_.-]*\\\\?[\"']?\\s*[=:]\\s*)"
                    + "(\\\\?\"[^\"\\\\]*\\\\?\"|'[^']*'|[^\\s,;\"'}\\]]+)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern OPTION =
            Pattern.compile("(--?[A-Za-z0-9-]*" + WORDS + "[A-Za-z0-9-]*[ =])(\\S+)", Pattern.CASE_INSENSITIVE);

    /** Keys whose text is a secret, wherever they stand. */
    private static final Pattern SECRET_KEY = Pattern.compile(".*" + WORDS + ".*", Pattern.CASE_INSENSITIVE);

    /** Keys that match, and hold the name of something. */
    private static final Set<String> NAMES = Set.of(
            "secretName",
            "tokenExpirationSeconds",
            "weir.io/token-source",
            "automountServiceAccountToken",
            "credential");

    /** Variables whose values are known to be no secrets. */
    private static final Set<String> PLAIN_VARIABLES =
            Set.of("POD_NAME", "POD_NAMESPACE", "WEIR_LOG_FORMAT", "WEIR_LOG_LEVEL", "GOMAXPROCS");

    private Redaction() {}

    /** Of a log, or of any other text. */
    public static String text(String text) {
        String clean = PRIVATE_KEY.matcher(text).replaceAll("<private key redacted>");
        clean = BASE64.matcher(clean).replaceAll(Redaction::decoded);
        clean = JWT.matcher(clean).replaceAll(REMOVED);
        clean = SCHEME.matcher(clean).replaceAll("$1 " + REMOVED);
        clean = URL_USER.matcher(clean).replaceAll("$1" + REMOVED + "@");
        clean = OPTION.matcher(clean).replaceAll("$1" + REMOVED);
        return ASSIGNED.matcher(clean).replaceAll("$1" + REMOVED);
    }

    private static String decoded(MatchResult found) {
        try {
            String plain = new String(Base64.getMimeDecoder().decode(found.group()), StandardCharsets.ISO_8859_1);
            return plain.contains("PRIVATE KEY") ? REMOVED : found.group();
        } catch (IllegalArgumentException _) {
            return REMOVED;
        }
    }

    /** Of an object of the API server: a tree of maps, lists and scalars. */
    public static @Nullable Object tree(@Nullable Object tree) {
        return tree(tree, "");
    }

    private static @Nullable Object tree(@Nullable Object tree, String key) {
        return switch (tree) {
            case Map<?, ?> fields -> fields(fields, key);
            case List<?> items -> {
                List<@Nullable Object> clean = new ArrayList<>();
                items.forEach(item -> clean.add(tree(item, key)));
                yield clean;
            }
            case String text -> SECRET_KEY.matcher(key).matches() && !NAMES.contains(key) ? REMOVED : text(text);
            case null, default -> tree;
        };
    }

    private static Map<String, @Nullable Object> fields(Map<?, ?> fields, String key) {
        Map<String, @Nullable Object> clean = new LinkedHashMap<>();
        boolean variable =
                key.equals("env") && fields.get("name") instanceof String name && !PLAIN_VARIABLES.contains(name);
        fields.forEach((name, value) -> {
            String word = String.valueOf(name);
            if (word.equals("managedFields") || word.equals("kubectl.kubernetes.io/last-applied-configuration")) {
                return;
            }
            clean.put(word, variable && word.equals("value") ? REMOVED : tree(value, word));
        });
        return clean;
    }
}
