package io.weir.injector.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod, or the template of one, where it stands in a document.
 *
 * @param object whose it is, for people
 * @param namespace empty where the object names none
 * @param pod a part of the document
 */
record PodPlace(String object, String namespace, ObjectNode pod) {

    /** By group (the core group has none but a version) and kind, where the template is. */
    private static final Map<String, String> TEMPLATES = Map.ofEntries(
            Map.entry("v1/Pod", ""),
            Map.entry("v1/PodTemplate", "/template"),
            Map.entry("v1/ReplicationController", "/spec/template"),
            Map.entry("apps/Deployment", "/spec/template"),
            Map.entry("apps/StatefulSet", "/spec/template"),
            Map.entry("apps/DaemonSet", "/spec/template"),
            Map.entry("apps/ReplicaSet", "/spec/template"),
            Map.entry("batch/Job", "/spec/template"),
            Map.entry("batch/CronJob", "/spec/jobTemplate/spec/template"),
            // It moves traffic by TrafficSplit.
            Map.entry("argoproj.io/Rollout", "/spec/template"));

    static List<PodPlace> in(JsonNode document) {
        List<PodPlace> places = new ArrayList<>();
        for (JsonNode object : objects(document)) {
            String pointer = TEMPLATES.get(groupAndKind(object));
            if (pointer != null && object.at(pointer) instanceof ObjectNode pod) {
                String namespace = object.at("/metadata/namespace").asString("");
                String name = object.at("/metadata/name")
                        .asString(object.at("/metadata/generateName").asString("(without a name)"));
                places.add(new PodPlace(
                        object.path("kind").asString() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name,
                        namespace,
                        pod));
            }
        }
        return places;
    }

    /** The document; or, where it is a list, what is in it. */
    static List<JsonNode> objects(JsonNode document) {
        boolean list = document.path("kind").asString("").endsWith("List")
                && document.path("apiVersion").isString();
        return list ? List.copyOf(document.path("items").values()) : List.of(document);
    }

    private static String groupAndKind(JsonNode object) {
        String version = object.path("apiVersion").asString("");
        int slash = version.indexOf('/');
        String group = slash < 0 ? version : version.substring(0, slash);
        return group + "/" + object.path("kind").asString("");
    }

    void become(ObjectNode other) {
        ObjectNode copy = other.deepCopy();
        pod.removeAll();
        pod.setAll(copy);
    }
}
