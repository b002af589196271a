package io.weir.smi.convert;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** TCPRoute: v1alpha1 and v1alpha2 have no spec, v1alpha3 an empty one; all three mean every port (S15). */
final class TcpRoutes implements Spoke {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public void toHub(ObjectNode object, String from) {
        JsonNode ports = Annotations.read(object, Conversion.PORTS);
        JsonNode spec = Annotations.read(object, Conversion.SPEC);
        Annotations.remove(object, Conversion.PORTS);
        Annotations.remove(object, Conversion.SPEC);
        object.remove("spec");
        if (ports != null) {
            object.set("spec", specOf(ports));
        } else if (spec == null) {
            object.set("spec", specOf(JSON.arrayNode()));
        } else if (!spec.isNull()) {
            object.set("spec", spec);
        }
    }

    @Override
    public void fromHub(ObjectNode object, String to) {
        JsonNode spec = object.remove("spec");
        JsonNode ports =
                spec == null ? JSON.missingNode() : spec.path("matches").path("ports");
        if (spec == null || !Annotations.same(spec, specOf(ports))) {
            Annotations.write(object, Conversion.SPEC, spec == null ? JSON.nullNode() : spec);
        } else if (!ports.isEmpty() || !ports.isArray()) {
            Annotations.write(object, Conversion.PORTS, ports);
        }
        if (to.equals("v1alpha3")) {
            object.set("spec", JSON.objectNode());
        }
    }

    private static ObjectNode specOf(JsonNode ports) {
        ObjectNode spec = JSON.objectNode();
        if (!ports.isMissingNode()) {
            spec.putObject("matches").set("ports", ports);
        }
        return spec;
    }
}
