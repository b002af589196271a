package io.weir.smi.validate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which regular expressions may reach Envoy, and in which form.
 *
 * <p>Envoy compiles them with the C++ RE2. What {@link #check} accepts, that library accepts too, in every supported
 * Envoy: RE2/J knows the same syntax but for what {@link RegexShape} refuses first, which also bounds the size before anything is compiled.
 */
public final class Regexes {

    /** The longest regex accepted, in UTF-16 units. */
    public static final int MAX_LENGTH = 1024;

    /** The largest RE2 program accepted, in instructions: an upper bound, for the regex as {@link #pathRegex} has it. */
    public static final int MAX_PROGRAM_SIZE = 5000;

    private Regexes() {}

    /**
     * Whether a regex as the user wrote it is acceptable.
     *
     * <p>Envoy has a limit of its own, of only 100 instructions unless its runtime value {@code
     * re2.max_program_size.error_level} says otherwise: a bootstrap must set it to {@link #MAX_PROGRAM_SIZE} at least.
     *
     * @return null if it is; else why not, as one sentence
     */
    public static @Nullable String check(String regex) {
        if (regex.length() > MAX_LENGTH) {
            return "The regex has " + regex.length() + " characters, more than " + MAX_LENGTH + ".";
        }
        String refusal = RegexShape.refusal(regex);
        if (refusal != null) {
            return refusal;
        }
        try {
            Pattern.compile(regex);
            return null;
        } catch (PatternSyntaxException e) {
            return "The regex is not RE2: " + e.getDescription() + " in " + quoted(e.getPattern()) + ".";
        }
    }

    /**
     * A path regex in the form that matches a whole path.
     *
     * <p>SMI anchors at the start only (S24) and Envoy matches in full, so anything may follow. A regex that starts
     * with neither {@code /} nor {@code ^}, {@code .} or {@code (} gets a leading slash (S25): as it stands it would
     * match no path.
     *
     * @param raw a regex that {@link #check} accepts
     */
    public static String pathRegex(String raw) {
        return fullPathRegex(raw) + ".*";
    }

    /**
     * A path regex in the form that matches a whole path and nothing after it: how meshes read it that gave it to Envoy as
     * it stands.
     *
     * @param raw a regex that {@link #check} accepts
     */
    public static String fullPathRegex(String raw) {
        return "(?:" + (startsLikeAPath(raw) ? raw : "/" + raw) + ")";
    }

    /** Whether a path regex can match a path as it stands; an escaped slash is a slash. */
    public static boolean startsLikeAPath(String raw) {
        return raw.isEmpty() || "/^.(".indexOf(raw.charAt(0)) >= 0 || raw.startsWith("\\/");
    }

    private static String quoted(String fragment) {
        return "\"" + (fragment.length() <= 40 ? fragment : fragment.substring(0, 40) + "...") + "\"";
    }
}
