package io.weir.telemetry.prometheus;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Text of PromQL. Whatever a label's value is, it is no more than a value. */
final class PromQl {

    private PromQl() {}

    /** All series of a metric with these labels. */
    static String selector(String metric, Map<String, String> equal) {
        return metric
                + equal.entrySet().stream()
                        .map(label -> label.getKey() + "=" + quoted(label.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
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
