package io.weir.injector.manifest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A part of a text: a document, or what stands between two.
 *
 * @param value missing where it is no document
 */
record Piece(String text, Format format, JsonNode value) {

    enum Format {
        YAML,
        JSON
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A line before a document: its start, a blank line, a comment. */
    private static final Pattern HEAD = Pattern.compile("\uFEFF?(?:---)?[ \\t]*(?:#.*)?\\r?");

    /** What may stand behind one. */
    private static final Pattern END = Pattern.compile("(?m)^\\.\\.\\.(?:[ \\t\\r][^\\n]*)?\\n?\\z");

    /** The value as text. */
    String rewritten() {
        return switch (format) {
            case JSON -> {
                String before =
                        text.substring(0, text.length() - text.stripLeading().length());
                yield before + json();
            }
            case YAML -> {
                Matcher end = END.matcher(text);
                yield head() + YamlText.of(value) + (end.find() ? end.group() : "");
            }
        };
    }

    private String head() {
        int to = 0;
        for (int feed = text.indexOf('\n');
                feed >= 0 && HEAD.matcher(text.substring(to, feed)).matches();
                feed = text.indexOf('\n', to)) {
            to = feed + 1;
        }
        // A document may begin in the line of its mark.
        return text.substring(0, to) + (text.startsWith("---", to) ? "---\n" : "");
    }

    private String json() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        return JSON.writer()
                .with(new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter))
                .writeValueAsString(value);
    }
}
