package io.weir.smi.validate;

import org.jspecify.annotations.Nullable;

/**
 * Walks a regex without compiling it, to bound what compiling would cost.
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

    private static final int UNICODE_CLASS = 1300;
    private static final int FOLDED_RANGE = 200;
    private static final int ANY = 12;

    private final int[] text;
    private int at;
    private int depth;
    private int deepest;
    private boolean folds;

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
        String character = forbiddenCharacter(regex);
        if (character != null) {
            return character;
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
        if (cost.repeat > MAX_REPEAT) {
            return "The regex repeats something more than " + MAX_REPEAT + " times, nested repetitions multiplied.";
        }
        if (cost.size + OVERHEAD > Regexes.MAX_PROGRAM_SIZE) {
            return "The regex is too large: it would take up to " + (cost.size + OVERHEAD)
                    + " RE2 instructions, more than " + Regexes.MAX_PROGRAM_SIZE + ".";
        }
        return null;
    }

    private static @Nullable String forbiddenCharacter(String regex) {
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c < ' ' || c == 0x7f) {
                return "The regex holds a control character at position " + i + ", perhaps a line break.";
            }
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < regex.length()
                    && Character.isLowSurrogate(regex.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair) {
                return "The regex holds half a character at position " + i + ".";
            }
            if (c == '\\' && i + 1 < regex.length()) {
                char escaped = regex.charAt(i + 1);
                if (escaped == 'Q' || escaped == 'E') {
                    return "The regex quotes with \\Q or \\E, which Weir does not take.";
                }
                if (escaped > 0x7f) {
                    return "The regex escapes a character that is not ASCII, which RE2 refuses.";
                }
            }
            // Past the escaped character, or the second half of a pair.
            i += c == '\\' || pair ? 1 : 0;
        }
        return null;
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
            default -> Cost.of(literal(c));
        };
    }

    private int literal(int c) {
        if (c < 0x80) {
            return folds ? 4 : 1;
        }
        return folds ? 16 : 4;
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
            case 'p', 'P' -> {
                skipName();
                yield UNICODE_CLASS;
            }
            case 'x' -> {
                skipName();
                yield literal(0x80);
            }
            default -> literal(Math.max(c, 0));
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
            return Math.max(escape(), folds ? FOLDED_RANGE : ANY);
        }
        if (c < 0x80) {
            // The range "a-é" ends in an item of its own, which pays for it.
            return folds ? 6 : 2;
        }
        return folds ? FOLDED_RANGE : 2 * ANY;
    }

    private int peek() {
        return at < text.length ? text[at] : -1;
    }
}
