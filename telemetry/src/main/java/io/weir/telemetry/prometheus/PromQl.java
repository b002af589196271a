package io.weir.telemetry.prometheus;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Text of PromQL. Whatever a label is called and whatever its value is, it is no more than a name and a value. */
final class PromQl {

    private static final Pattern PLAIN = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private PromQl() {}

    /** All series of a metric with these labels, from the targets that are believed. */
    static String selector(String metric, Map<String, String> equal, TargetSelector targets) {
        return metric
                + selector(
                        equal.entrySet().stream().map(label -> name(label.getKey()) + "=" + quoted(label.getValue())),
                        targets);
    }

    /**
     * All series of several metrics.
     *
     * @param metrics a regex
     */
    static String selector(String metrics, TargetSelector targets) {
        return selector(Stream.of("__name__=~" + quoted(metrics)), targets);
    }

    private static String selector(Stream<String> matchers, TargetSelector targets) {
        return Stream.concat(matchers, targets.matchers().stream().map(Object::toString))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Since Prometheus 3 a label may be called anything, and is quoted then. */
    private static String name(String label) {
        return PLAIN.matcher(label).matches() ? label : quoted(label);
    }

    /** As a string literal, which has Go's escapes. */
    static String quoted(String value) {
        StringBuilder text = new StringBuilder(value.length() + 2).append('"');
        value.codePoints().forEach(character -> {
            switch (character) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                default -> {
                    if (Character.isISOControl(character)) {
                        text.append("\\u%04x".formatted(character));
                    } else {
                        text.appendCodePoint(character);
                    }
                }
            }
        });
        return text.append('"').toString();
    }

    /** In milliseconds, which it counts in. */
    static String range(Duration length) {
        return "[" + Math.max(1, length.toMillis()) + "ms]";
    }
}
