package io.weir.telemetry.prometheus;

import io.weir.smi.validate.Regexes;
import io.weir.telemetry.dialect.WeirNames;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which targets of a Prometheus are believed: whoever else exports the same metrics is not heard. It tells them apart by labels that
 * Prometheus puts on all that it scrapes at a target, which a target can't choose unless it is scraped with {@code honor_labels}.
 *
 * @param matchers of which all have to hold; none for every target
 */
public record TargetSelector(List<LabelMatcher> matchers) {

    /** Every target. */
    public static final TargetSelector EVERY = new TargetSelector(List.of());

    private static final int MOST_CHARACTERS = 2_000;

    private static final String EXAMPLE = "job=\"weir-telemetry\",namespace=\"weir-system\"";

    /** A value is a string of PromQL without control characters, of whose escapes it may have these three. */
    private static final Pattern MATCHER = Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*"
            + "\"([^\"\\\\\\p{Cc}]*+(?:\\\\[\"\\\\n][^\"\\\\\\p{Cc}]*+)*+)\"\\s*");

    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

    public TargetSelector {
        matchers = List.copyOf(matchers);
    }

    /**
     * What is said of one label.
     *
     * @param operator one of PromQL's four
     * @param value as it is meant: not escaped
     */
    public record LabelMatcher(String label, String operator, String value) {

        @Override
        public String toString() {
            return label + operator + PromQl.quoted(value);
        }
    }

    /**
     * From PromQL: label matchers with commas between them, in braces or without; {@code {}} for every target.
     *
     * @throws IllegalArgumentException if it is anything else; its message is for whoever wrote it
     */
    public static TargetSelector parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("it is longer than " + MOST_CHARACTERS + " characters");
        }
        String bare = text.strip();
        if (bare.startsWith("{") && bare.endsWith("}")) {
            bare = bare.substring(1, bare.length() - 1).strip();
            if (bare.isEmpty()) {
                return EVERY;
            }
        }
        List<LabelMatcher> matchers = new ArrayList<>();
        Matcher matcher = MATCHER.matcher(bare);
        int at = 0;
        while (at <= bare.length()) {
            matcher.region(at, bare.length());
            if (!matcher.lookingAt() || !endsAt(matcher.end(), bare)) {
                throw new IllegalArgumentException("'" + text + "' is no list of label matchers, as " + EXAMPLE);
            }
            matchers.add(matcher(matcher.group(1), matcher.group(2), unescaped(matcher.group(3))));
            at = matcher.end() + 1;
        }
        return new TargetSelector(matchers);
    }

    private static boolean endsAt(int index, String text) {
        return index == text.length() || text.charAt(index) == ',';
    }

    private static LabelMatcher matcher(String label, String operator, String value) {
        if (label.startsWith("__") || WeirNames.isLabel(label)) {
            throw new IllegalArgumentException("'" + label
                    + "' is no label of a target, but of what it tells: choose by those that Prometheus adds, as "
                    + EXAMPLE);
        }
        String refusal = operator.endsWith("~") ? Regexes.check(value) : null;
        if (refusal != null) {
            throw new IllegalArgumentException(label + ": " + refusal);
        }
        return new LabelMatcher(label, operator, value);
    }

    private static String unescaped(String literal) {
        return ESCAPE.matcher(literal)
                .replaceAll(escape -> Matcher.quoteReplacement(escape.group(1).equals("n") ? "\n" : escape.group(1)));
    }

    /** As PromQL, with commas between them; empty for every target. */
    @Override
    public String toString() {
        return matchers.stream().map(LabelMatcher::toString).collect(Collectors.joining(","));
    }
}
