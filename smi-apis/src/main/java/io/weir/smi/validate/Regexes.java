package io.weir.smi.validate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which regular expressions may reach Envoy, and in which form. */
public final class Regexes {

    /** The longest regex accepted, in UTF-16 units. */
    public static final int MAX_LENGTH = 1024;

    private Regexes() {}

    /**
     * Whether a regex as the user wrote it is acceptable.
     *
     * @return null if it is; else why not, as one sentence
     */
    public static @Nullable String check(String regex) {
        if (regex.length() > MAX_LENGTH) {
            return "The regex is longer than 1024 characters.";
        }
        try {
            Pattern.compile(regex);
            return null;
        } catch (PatternSyntaxException e) {
            return "The regex is not RE2: " + e.getDescription() + ".";
        }
    }

    /**
     * A path regex in the form that matches a whole path.
     *
     * <p>SMI anchors at the start only (S24), Envoy matches in full, so anything may follow. A regex that starts with
     * neither {@code /} nor {@code ^}, {@code .} or {@code (} gets a leading slash (S25), because no path would match.
     *
     * @param raw a regex that {@link #check} accepts
     */
    public static String pathRegex(String raw) {
        return "(?:" + (startsLikeAPath(raw) ? raw : "/" + raw) + ").*";
    }

    static boolean startsLikeAPath(String raw) {
        return raw.isEmpty() || "/^.(".indexOf(raw.charAt(0)) >= 0 || raw.startsWith("\\/");
    }
}
