package io.weir.telemetry.api;

import io.weir.telemetry.model.ResourceKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What this API has, as clients discover it (D1, D2). It needs no readings, so it is there before they are (D4). */
final class Discovery {

    private Discovery() {}

    static ObjectNode groups() {
        ObjectNode list = object().put("kind", "APIGroupList").put("apiVersion", "v1");
        list.putArray("groups").add(fill(object()));
        return list;
    }

    static ObjectNode group() {
        return fill(object().put("kind", "APIGroup").put("apiVersion", "v1"));
    }

    private static ObjectNode fill(ObjectNode group) {
        group.put("name", ApiVersion.GROUP);
        ArrayNode versions = group.putArray("versions");
        for (ApiVersion version : ApiVersion.values()) {
            versions.add(reference(version));
        }
        group.set("preferredVersion", reference(ApiVersion.V1ALPHA2));
        return group;
    }

    private static ObjectNode reference(ApiVersion version) {
        return object().put("groupVersion", version.groupVersion()).put("version", version.version());
    }

    /** Sorted by name. */
    static ObjectNode resources(ApiVersion version) {
        TreeMap<String, ObjectNode> resources = new TreeMap<>();
        for (ResourceKind kind : ResourceKind.values()) {
            add(resources, kind.plural(), kind.namespaced(), "TrafficMetrics", List.of("get", "list"));
            add(resources, kind.plural() + "/edges", kind.namespaced(), "TrafficMetricsList", List.of("get"));
        }
        // An API server takes /namespaces/{ns}/edges for a list of a kind "edges" in that namespace (requirements 4.1).
        add(resources, "edges", true, "TrafficMetricsList", List.of("list"));
        ObjectNode list = object().put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", version.groupVersion());
        list.putArray("resources").addAll(resources.values());
        return list;
    }

    private static void add(
            Map<String, ObjectNode> resources, String name, boolean namespaced, String kind, List<String> verbs) {
        ObjectNode resource = object().put("name", name)
                .put("singularName", "")
                .put("namespaced", namespaced)
                .put("kind", kind);
        verbs.forEach(resource.putArray("verbs")::add);
        resources.put(name, resource);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
