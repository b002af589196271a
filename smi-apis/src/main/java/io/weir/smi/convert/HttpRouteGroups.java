package io.weir.smi.convert;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * HTTPRouteGroup: v1alpha1 and v1alpha2 have {@code matches} at the top level.
 *
 * <p>{@code headers} travel to v1alpha1 as well: its published CRD has them though its text does not, and dropping
 * them would widen the match. Their form, list or map, stays as stored.
 */
final class HttpRouteGroups implements Spoke {

    @Override
    public void toHub(ObjectNode object, String from) {
        if (from.equals("v1alpha3")) {
            return;
        }
        object.remove("spec");
        JsonNode matches = object.remove("matches");
        JsonNode spec = Annotations.read(object, Conversion.SPEC);
        Annotations.remove(object, Conversion.SPEC);
        if (spec != null && (matches == null || matches.isEmpty())) {
            if (!spec.isNull()) {
                object.set("spec", spec);
            }
        } else if (matches != null) {
            object.putObject("spec").set("matches", matches);
        }
    }

    @Override
    public void fromHub(ObjectNode object, String to) {
        if (to.equals("v1alpha3")) {
            return;
        }
        JsonNode spec = object.remove("spec");
        if (spec instanceof ObjectNode nested && nested.has("matches")) {
            object.set("matches", nested.get("matches"));
        } else {
            // Required there. It also replaces a stray top-level field of the hub, which would gain a meaning.
            object.putArray("matches");
            Annotations.write(object, Conversion.SPEC, spec == null ? JsonNodeFactory.instance.nullNode() : spec);
        }
    }
}
