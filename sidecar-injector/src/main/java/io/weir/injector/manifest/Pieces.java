package io.weir.injector.manifest;

import io.weir.injector.manifest.Piece.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/** Takes a text of manifests apart; put together, the pieces are the text. */
final class Pieces {

    // YAML lets no scalar of any style have such a line, so every one of them is a mark.
    private static final Pattern START =
            Pattern.compile("^---(?=[ \\t\\r\\n]|\\z)", Pattern.MULTILINE | Pattern.UNIX_LINES);
    private static final Pattern END =
            Pattern.compile("^\\.\\.\\.(?:[ \\t\\r][^\\n]*)?(?:\\n|\\z)", Pattern.MULTILINE | Pattern.UNIX_LINES);

    /** A comment, a directive, a mark or a blank line. */
    private static final Pattern NO_CONTENT = Pattern.compile("\uFEFF?(?:---|\\.\\.\\.)?[ \\t]*(?:#.*)?|%.*");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Pieces() {}

    /** @throws ManifestSyntaxException if a document can't be read */
    static List<Piece> of(String text) {
        List<Piece> pieces = new ArrayList<>();
        int from = 0;
        int line = 1;
        for (int to : cuts(text)) {
            String part = text.substring(from, to);
            List<Piece> json = part.stripLeading().startsWith("{") ? json(part) : null;
            if (json != null) {
                pieces.addAll(json);
            } else {
                pieces.add(new Piece(
                        part,
                        Format.YAML,
                        part.lines().allMatch(one -> NO_CONTENT.matcher(one).matches())
                                ? nothing()
                                : YamlTree.read(part, line)));
            }
            line += (int) part.chars().filter(c -> c == '\n').count();
            from = to;
        }
        return pieces;
    }

    private static SortedSet<Integer> cuts(String text) {
        SortedSet<Integer> cuts = new TreeSet<>();
        START.matcher(text).results().forEach(found -> cuts.add(found.start()));
        for (Matcher end = END.matcher(text); end.find(); ) {
            cuts.add(end.end());
        }
        cuts.remove(0);
        if (!text.isEmpty()) {
            cuts.add(text.length());
        }
        return cuts;
    }

    /** Null if it is no JSON but perhaps YAML in braces. kubectl takes one value after the other. */
    private static @Nullable List<Piece> json(String text) {
        List<Piece> pieces = new ArrayList<>();
        int from = 0;
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                JsonNode value = parser.readValueAsTree();
                int to = (int) parser.currentLocation().getCharOffset();
                pieces.add(new Piece(text.substring(from, to), Format.JSON, value));
                from = to;
            }
        } catch (JacksonException notJson) {
            return null;
        }
        pieces.add(new Piece(text.substring(from), Format.JSON, nothing()));
        return pieces;
    }

    private static MissingNode nothing() {
        return (MissingNode) JsonNodeFactory.instance.missingNode();
    }
}
