package io.weir.smi.convert;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * TrafficTarget: v1alpha1 has its fields at the top level and {@code specs} for {@code rules}; it and v1alpha2 have
 * ports and know no UDPRoute.
 */
final class TrafficTargets implements Spoke {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public void toHub(ObjectNode object, String from) {
        if (from.equals("v1alpha1")) {
            nest(object);
        }
        if (object.get("spec") instanceof ObjectNode spec) {
            takeDestinationPort(object, spec);
            takeSourcePorts(object, spec);
            restoreUdpRules(object, spec);
        }
    }

    @Override
    public void fromHub(ObjectNode object, String to) {
        if (object.get("spec") instanceof ObjectNode spec) {
            restoreDestinationPort(object, spec);
            restoreSourcePorts(object, spec);
            takeUdpRules(object, spec);
        }
        if (to.equals("v1alpha1")) {
            flatten(object);
        }
    }

    private static void nest(ObjectNode object) {
        ObjectNode spec = JSON.objectNode();
        move(object, "destination", spec, "destination");
        move(object, "sources", spec, "sources");
        move(object, "specs", spec, "rules");
        object.remove("spec");
        if (!spec.isEmpty()) {
            object.set("spec", spec);
        }
    }

    private static void flatten(ObjectNode object) {
        if (object.get("spec") instanceof ObjectNode spec) {
            object.remove("spec");
            move(spec, "destination", object, "destination");
            move(spec, "rules", object, "specs");
            move(spec, "sources", object, "sources");
        }
    }

    private static void move(ObjectNode from, String field, ObjectNode to, String newField) {
        JsonNode value = from.remove(field);
        if (value != null) {
            to.set(newField, value);
        }
    }

    private static void takeDestinationPort(ObjectNode object, ObjectNode spec) {
        if (spec.get("destination") instanceof ObjectNode destination && destination.hasNonNull("port")) {
            Annotations.write(object, Conversion.DESTINATION_PORT, destination.get("port"));
            destination.remove("port");
        }
    }

    private static void restoreDestinationPort(ObjectNode object, ObjectNode spec) {
        JsonNode port = Annotations.read(object, Conversion.DESTINATION_PORT);
        if (port != null
                && port.isValueNode()
                && !port.isNull()
                && spec.get("destination") instanceof ObjectNode destination
                && !destination.has("port")) {
            destination.set("port", port);
            Annotations.remove(object, Conversion.DESTINATION_PORT);
        }
    }

    private static void takeSourcePorts(ObjectNode object, ObjectNode spec) {
        if (!(spec.get("sources") instanceof ArrayNode sources)) {
            return;
        }
        ArrayNode ports = JSON.arrayNode();
        for (JsonNode source : sources) {
            JsonNode port = source instanceof ObjectNode subject ? subject.remove("port") : null;
            ports.add(port == null ? JSON.nullNode() : port);
        }
        for (JsonNode port : ports) {
            if (!port.isNull()) {
                ObjectNode bit = JSON.objectNode();
                bit.set("sources", sources);
                bit.set("ports", ports);
                Annotations.write(object, Conversion.SOURCE_PORTS, bit);
                return;
            }
        }
    }

    private static void restoreSourcePorts(ObjectNode object, ObjectNode spec) {
        JsonNode bit = Annotations.read(object, Conversion.SOURCE_PORTS);
        Annotations.remove(object, Conversion.SOURCE_PORTS);
        if (bit == null
                || !(spec.get("sources") instanceof ArrayNode sources)
                || !(bit.get("ports") instanceof ArrayNode ports)
                || ports.size() != sources.size()
                || !Annotations.same(bit.path("sources"), sources)) {
            return;
        }
        for (int i = 0; i < ports.size(); i++) {
            if (sources.get(i) instanceof ObjectNode source && !ports.get(i).isNull()) {
                source.set("port", ports.get(i));
            }
        }
    }

    /** The old kind enum forbids UDPRoute; leaving such a rule out only narrows what an old reader sees. */
    private static void takeUdpRules(ObjectNode object, ObjectNode spec) {
        if (!(spec.get("rules") instanceof ArrayNode rules)) {
            return;
        }
        ArrayNode rest = JSON.arrayNode();
        ArrayNode taken = JSON.arrayNode();
        for (int i = 0; i < rules.size(); i++) {
            JsonNode rule = rules.get(i);
            if (rule.path("kind").asString("").equals("UDPRoute")) {
                taken.addObject().put("index", i).set("rule", rule);
            } else {
                rest.add(rule);
            }
        }
        if (!taken.isEmpty()) {
            spec.set("rules", rest);
            ObjectNode bit = JSON.objectNode();
            bit.set("rest", rest);
            bit.set("rules", taken);
            Annotations.write(object, Conversion.UDP_RULES, bit);
        }
    }

    private static void restoreUdpRules(ObjectNode object, ObjectNode spec) {
        JsonNode bit = Annotations.read(object, Conversion.UDP_RULES);
        Annotations.remove(object, Conversion.UDP_RULES);
        JsonNode rules = spec.get("rules");
        if (bit != null && rules instanceof ArrayNode rest && Annotations.same(bit.path("rest"), rest)) {
            ArrayNode merged = merged(rest, bit.path("rules"));
            if (merged != null) {
                spec.set("rules", merged);
            }
        }
    }

    /** Null where the recorded places make no sense, because somebody edited the annotation. */
    private static @Nullable ArrayNode merged(ArrayNode rest, JsonNode taken) {
        List<JsonNode> merged = new ArrayList<>();
        rest.forEach(merged::add);
        for (JsonNode entry : taken) {
            int index = entry.path("index").asInt(-1);
            JsonNode rule = entry.get("rule");
            if (rule == null || index < 0 || index > merged.size()) {
                return null;
            }
            merged.add(index, rule);
        }
        return JSON.arrayNode().addAll(merged);
    }
}
