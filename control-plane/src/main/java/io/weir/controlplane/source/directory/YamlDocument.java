package io.weir.controlplane.source.directory;

import io.weir.controlplane.source.decode.Codes;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One YAML document as a JSON tree.
 *
 * @param lines line (from 1) of each JSON path; the empty path is the document
 * @param faults what is wrong with it as YAML, without preventing that it is read
 */
record YamlDocument(JsonNode value, Map<String, Integer> lines, List<Fault> faults) {

    int line() {
        return lines.getOrDefault("", 1);
    }

    /** Something wrong with the text itself. */
    record Fault(Codes code, int line, String path, String message, String fix) {}
}
