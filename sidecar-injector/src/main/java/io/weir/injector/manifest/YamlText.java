package io.weir.injector.manifest;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;

/** A JSON tree as YAML that readers of any version of YAML read alike. */
final class YamlText {

    private static final int NEVER_FOLD = 1 << 24;
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setWidth(NEVER_FOLD)
            .setMaxSimpleKeyLength(1024)
            .build();

    private YamlText() {}

    /** Ends in a line feed. */
    static String of(JsonNode tree) {
        StringBuilder text = new StringBuilder();
        new Dump(SETTINGS).dumpNode(node(tree), new StreamDataWriter() {
            @Override
            public void write(String part) {
                text.append(part);
            }

            @Override
            public void write(String part, int offset, int length) {
                text.append(part, offset, offset + length);
            }
        });
        return text.toString();
    }

    private static Node node(JsonNode tree) {
        if (tree.isObject()) {
            List<NodeTuple> entries = new ArrayList<>();
            tree.properties()
                    .forEach(entry -> entries.add(new NodeTuple(text(entry.getKey()), node(entry.getValue()))));
            return new MappingNode(Tag.MAP, entries, tree.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
        }
        if (tree.isArray()) {
            List<Node> entries = new ArrayList<>();
            tree.forEach(entry -> entries.add(node(entry)));
            return new SequenceNode(Tag.SEQ, entries, tree.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
        }
        if (tree.isNull()) {
            return new ScalarNode(Tag.NULL, "null", ScalarStyle.PLAIN);
        }
        if (tree.isBoolean()) {
            return new ScalarNode(Tag.BOOL, tree.asString(), ScalarStyle.PLAIN);
        }
        if (tree.isIntegralNumber()) {
            return new ScalarNode(Tag.INT, tree.bigIntegerValue().toString(), ScalarStyle.PLAIN);
        }
        return tree.isNumber() ? new ScalarNode(Tag.FLOAT, tree.asString(), ScalarStyle.PLAIN) : text(tree.asString());
    }

    /** Where a style can't show the text, the library takes double quotes. */
    private static ScalarNode text(String value) {
        boolean word = !value.isEmpty()
                && (Character.isLetter(value.charAt(0)) || value.charAt(0) == '/')
                && YamlScalars.plain(value).isString();
        ScalarStyle style =
                value.indexOf('\n') >= 0 ? ScalarStyle.LITERAL : word ? ScalarStyle.PLAIN : ScalarStyle.SINGLE_QUOTED;
        return new ScalarNode(Tag.STR, value, style);
    }
}
