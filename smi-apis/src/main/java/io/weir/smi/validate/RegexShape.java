package io.weir.smi.validate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Walks a regex without compiling it, to bound what compiling would cost, and to refuse what Envoys disagree on.
 *
 * <p>Envoy 1.36 matches UTF-8 characters and 1.40 bytes (RE2's Latin-1), so that beyond ASCII {@code [é]} or {@code
 * \P{Greek}} differ and 1.40 refuses {@code \x{100}}. Paths carry such characters percent-encoded anyway.
 *
 * <p>The instruction counts are upper bounds of what C++ RE2 makes of each element, measured with Envoy 1.36 and 1.40.
 * Syntax errors pass: the compiler that runs next names them better.
 */
final class RegexShape {

    private static final int MAX_DEPTH = 100;

    /** C++ RE2 refuses repetitions whose nested product is larger; RE2/J would expand them. */
    private static final int MAX_REPEAT = 1000;

    /** What the program has beside the regex: start, end, and the {@code .*} of a path. */
    private static final int OVERHEAD = 20;

    /** Any character that is not ASCII is 2 to 4 bytes to an Envoy that matches UTF-8, so this is what {@code .} takes. */
    private static final int ANY = 12;

    private static final int LAST_ASCII = 0x7f;
    private static final String ESCAPE_BEYOND_ASCII =
            "The regex escapes a character that is not ASCII, which Envoys of different versions match differently.";
    private static final Pattern HEX = Pattern.compile("\\{?0*([0-9a-fA-F]{1,6})");
    private static final Pattern OCTAL = Pattern.compile("([0-7]{1,3})");

    private final int[] text;
    private int at;
    private int depth;
    private int deepest;
    private boolean folds;
    private boolean repeatsFlags;

    private RegexShape(String regex) {
        this.text = regex.codePoints().toArray();
    }

    /**
     * An upper bound for one part of a regex.
     *
     * @param size in RE2 instructions
     * @param repeat the largest product of nested repetition counts
     */
    private record Cost(long size, long repeat) {
        static final Cost NONE = new Cost(0, 1);

        static Cost of(long size) {
            return new Cost(size, 1);
        }

        Cost then(Cost next) {
            return new Cost(size + next.size, Math.max(repeat, next.repeat));
        }

        /** Capped, so that a thousand nested repetitions can't overflow. */
        Cost times(long copies, long count) {
            return new Cost(
                    Math.min(size * Math.max(copies, 1) + 2 * copies + 2, 1L << 40),
                    Math.min(repeat * Math.max(count, 1), 1L << 40));
        }
    }

    static @Nullable String refusal(String regex) {
        String forbidden = forbidden(regex);
        if (forbidden != null) {
            return forbidden;
        }
        RegexShape shape = new RegexShape(regex);
        Cost cost = Cost.NONE;
        while (shape.at < shape.text.length && shape.deepest <= MAX_DEPTH) {
            cost = cost.then(shape.alternatives());
            // A stray closing bracket: for the compiler to report.
            shape.at++;
        }
        if (shape.deepest > MAX_DEPTH) {
            return "The regex nests groups deeper than " + MAX_DEPTH + ".";
        }
        if (shape.repeatsFlags) {
            return "The regex repeats flags such as (?i), which stand for nothing to repeat.";
        }
        if (cost.repeat > MAX_REPEAT) {
            return "The regex repeats something more than " + MAX_REPEAT + " times, nested repetitions multiplied.";
        }
        if (cost.size + OVERHEAD > Regexes.MAX_PROGRAM_SIZE) {
            return "The regex is too large: it would take up to " + (cost.size + OVERHEAD)
                    + " RE2 instructions, more than " + Regexes.MAX_PROGRAM_SIZE + ".";
        }
        return null;
    }

    private static @Nullable String forbidden(String regex) {
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c < ' ' || c == 0x7f) {
                return "The regex holds a control character at position " + i + ", perhaps a line break.";
            }
            if (c > LAST_ASCII) {
                return "The regex holds a character that is not ASCII at position " + i
                        + ", which Envoys of different versions match differently.";
            }
        }
        for (int i = regex.indexOf('\\'); i >= 0 && i + 1 < regex.length(); i = regex.indexOf('\\', i + 2)) {
            String refusal = forbiddenEscape(regex, i + 1);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static @Nullable String forbiddenEscape(String regex, int at) {
        return switch (regex.charAt(at)) {
            case 'Q', 'E' -> "The regex quotes with \\Q or \\E, which Weir does not take.";
            case 'p', 'P' -> "The regex holds a Unicode class, which Envoys of different versions match differently.";
            case 'x' -> isAscii(HEX, 16, regex, at + 1) ? null : ESCAPE_BEYOND_ASCII;
            case '0', '1', '2', '3', '4', '5', '6', '7' -> isAscii(OCTAL, 8, regex, at) ? null : ESCAPE_BEYOND_ASCII;
            default -> null;
        };
    }

    /** Whether the number that stands here is that of an ASCII character; what is no number is for the compiler. */
    private static boolean isAscii(Pattern form, int radix, String regex, int at) {
        Matcher matcher = form.matcher(regex).region(at, regex.length());
        return !matcher.lookingAt() || Integer.parseInt(matcher.group(1), radix) <= LAST_ASCII;
    }

    private Cost alternatives() {
        Cost cost = Cost.NONE;
        while (at < text.length && text[at] != ')' && deepest <= MAX_DEPTH) {
            if (text[at] == '|') {
                at++;
                cost = cost.then(Cost.of(2));
            } else {
                cost = cost.then(quantified());
            }
        }
        return cost;
    }

    private Cost quantified() {
        Cost cost = atom();
        while (at < text.length) {
            int c = text[at];
            if (c == '*' || c == '+' || c == '?') {
                at++;
                cost = cost.then(Cost.of(2));
            } else if (c == '{') {
                Cost repeated = counted(cost);
                if (repeated == null) {
                    return cost;
                }
                cost = repeated;
            } else {
                return cost;
            }
        }
        return cost;
    }

    /** {@code {n}}, {@code {n,}} or {@code {n,m}}; null where the brace is a literal. */
    private @Nullable Cost counted(Cost once) {
        int end = at + 1;
        while (end < text.length && text[end] != '}' && end - at < 12) {
            end++;
        }
        if (end >= text.length || text[end] != '}') {
            return null;
        }
        String[] bounds = new String(text, at + 1, end - at - 1).split(",", -1);
        if (bounds.length > 2 || !isNumber(bounds[0]) || !(bounds.length == 1 || isNumberOrEmpty(bounds[1]))) {
            return null;
        }
        at = end + 1;
        long least = Long.parseLong(bounds[0]);
        long most = bounds.length == 1 || bounds[1].isEmpty() ? least : Long.parseLong(bounds[1]);
        long count = Math.max(least, most);
        return once.times(count, count);
    }

    private static boolean isNumberOrEmpty(String text) {
        return text.isEmpty() || isNumber(text);
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private Cost atom() {
        int c = text[at++];
        return switch (c) {
            case '(' -> group();
            case '[' -> characterClass();
            case '\\' -> Cost.of(escape());
            case '.' -> Cost.of(ANY);
            case '^', '$' -> Cost.of(1);
            default -> Cost.of(literal());
        };
    }

    /** Ignoring case, {@code k} and {@code s} have a third form beyond ASCII. */
    private int literal() {
        return folds ? 4 : 1;
    }

    private Cost group() {
        if (peek() == '?') {
            at++;
            boolean named = peek() == 'P' || peek() == '<';
            while (at < text.length && text[at] != ')' && text[at] != (named ? '>' : ':')) {
                // From here to the end of the regex, though the flag may end sooner: this is an upper bound.
                folds |= !named && text[at] == 'i';
                at++;
            }
            if (peek() == ')') {
                at++;
                // RE2 would repeat what stands before the flags, which has been counted by now.
                repeatsFlags |= peek() >= 0 && "*+?{".indexOf(peek()) >= 0;
                return Cost.NONE;
            }
            at++;
        }
        depth++;
        deepest = Math.max(deepest, depth);
        Cost inner = alternatives();
        depth--;
        at++;
        return Cost.of(2).then(inner);
    }

    private int escape() {
        int c = peek();
        at++;
        return switch (c) {
            case 'd', 's', 'w' -> ANY;
            case 'D', 'S', 'W' -> 3 * ANY;
            case 'x' -> {
                skipName();
                yield literal();
            }
            default -> literal();
        };
    }

    private void skipName() {
        if (peek() == '{') {
            while (at < text.length && text[at] != '}') {
                at++;
            }
        }
        at++;
    }

    private Cost characterClass() {
        int cost = ANY;
        if (peek() == '^') {
            at++;
            cost += ANY;
        }
        int first = at;
        while (at < text.length && (text[at] != ']' || at == first)) {
            cost += item();
        }
        at++;
        return Cost.of(cost);
    }

    private int item() {
        int c = text[at++];
        if (c == '[' && peek() == ':') {
            while (at < text.length && text[at] != ']') {
                at++;
            }
            at++;
            return 3 * ANY;
        }
        if (c == '\\') {
            return Math.max(escape(), ANY);
        }
        return folds ? 6 : 2;
    }

    private int peek() {
        return at < text.length ? text[at] : -1;
    }
}
