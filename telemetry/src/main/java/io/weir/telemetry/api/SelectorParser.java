package io.weir.telemetry.api;

import io.weir.telemetry.api.Selector.Operator;
import io.weir.telemetry.api.Selector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads label selectors as Kubernetes' {@code labels.Parse} does: {@code a=1,b!=2,c in (3,4),d notin (5),e,!f,g>6}.
 */
final class SelectorParser {

    /** Spaces may surround every one of them. */
    private static final Pattern TOKEN = Pattern.compile("\\s*(==|!=|[=!<>(),]|[^\\s=!<>(),]+)\\s*");

    private static final String END = "";
    private static final Set<String> MARKS = Set.of("=", "==", "!=", "!", "<", ">", "(", ")", ",", END);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
    private static final Pattern PREFIX =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    private final List<String> tokens;
    private int next;

    private SelectorParser(List<String> tokens) {
        this.tokens = tokens;
    }

    /** What a text is. */
    sealed interface Parsed permits Selector, Rejected {}

    /** No selector, and why. */
    record Rejected(String reason) implements Parsed {}

    static Parsed parse(String text) {
        List<String> tokens = tokens(text);
        if (tokens.isEmpty()) {
            return Selector.EVERYTHING;
        }
        return new SelectorParser(tokens).selector();
    }

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            tokens.add(token.group(1));
        }
        return tokens;
    }

    private Parsed selector() {
        List<Requirement> requirements = new ArrayList<>();
        while (true) {
            Requirement requirement = requirement();
            if (requirement == null) {
                return rejected();
            }
            requirements.add(requirement);
            if (peek().equals(END)) {
                return new Selector(requirements);
            }
            if (!take(",")) {
                return rejected();
            }
        }
    }

    private Rejected rejected() {
        String found = peek();
        return new Rejected("unable to parse the label selector at "
                + (found.equals(END) ? "its end" : "'" + found + "', its token " + (next + 1)));
    }

    /** Null if the next token doesn't fit. */
    private @Nullable Requirement requirement() {
        boolean absent = take("!");
        String key = peek();
        if (!key(key)) {
            return null;
        }
        next++;
        if (absent) {
            return new Requirement(key, Operator.DOES_NOT_EXIST, List.of());
        }
        String operator = peek();
        return switch (operator) {
            case END, "," -> new Requirement(key, Operator.EXISTS, List.of());
            case "=", "==" -> one(key, Operator.EQUALS);
            case "!=" -> one(key, Operator.NOT_IN);
            case ">" -> comparison(key, Operator.GREATER);
            case "<" -> comparison(key, Operator.LESS);
            case "in" -> several(key, Operator.IN);
            case "notin" -> several(key, Operator.NOT_IN);
            default -> null;
        };
    }

    private @Nullable Requirement one(String key, Operator operator) {
        next++;
        String value = value();
        return value == null ? null : new Requirement(key, operator, List.of(value));
    }

    private @Nullable Requirement comparison(String key, Operator operator) {
        next++;
        String value = peek();
        if (!Requirement.integer(value)) {
            return null;
        }
        next++;
        return new Requirement(key, operator, List.of(value));
    }

    private @Nullable Requirement several(String key, Operator operator) {
        next++;
        if (!take("(")) {
            return null;
        }
        TreeSet<String> values = new TreeSet<>();
        do {
            String value = value();
            if (value == null) {
                return null;
            }
            values.add(value);
        } while (take(","));
        return take(")") ? new Requirement(key, operator, List.copyOf(values)) : null;
    }

    /** A value may be empty, and then takes no token; null if what stands there can be none. */
    private @Nullable String value() {
        String token = peek();
        if (token.equals(END) || token.equals(",") || token.equals(")")) {
            return "";
        }
        if (!NAME.matcher(token).matches()) {
            return null;
        }
        next++;
        return token;
    }

    private static boolean key(String token) {
        if (MARKS.contains(token)) {
            return false;
        }
        int slash = token.indexOf('/');
        return slash < 0
                ? NAME.matcher(token).matches()
                : PREFIX.matcher(token.substring(0, slash)).matches()
                        && NAME.matcher(token.substring(slash + 1)).matches();
    }

    private boolean take(String token) {
        boolean there = peek().equals(token);
        if (there) {
            next++;
        }
        return there;
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : END;
    }
}
