package io.weir.injector.manifest;

import io.weir.injector.inject.NamespaceView;
import io.weir.smi.wellknown.Keys;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The namespaces whose objects are in a text; who injects its pods wants sidecars in all others. */
record Namespaces(Map<String, NamespaceView> told) {

    static Namespaces in(List<Piece> pieces) {
        Map<String, NamespaceView> told = new TreeMap<>();
        for (Piece piece : pieces) {
            for (JsonNode object : PodPlace.objects(piece.value())) {
                if (object.path("kind").asString("").equals("Namespace")
                        && object.path("apiVersion").asString("").equals("v1")) {
                    JsonNode metadata = object.path("metadata");
                    String name = metadata.path("name").asString("");
                    told.put(name, view(name, texts(metadata.path("labels")), texts(metadata.path("annotations"))));
                }
            }
        }
        return new Namespaces(told);
    }

    private static NamespaceView view(String name, Map<String, String> labels, Map<String, String> annotations) {
        if (!annotations.containsKey(Keys.INJECT)) {
            labels.putIfAbsent(Keys.INJECT, Keys.ENABLED);
        }
        return new NamespaceView(name, labels, annotations);
    }

    private static Map<String, String> texts(JsonNode mapping) {
        Map<String, String> texts = new TreeMap<>();
        mapping.propertyStream()
                .filter(entry -> entry.getValue().isValueNode())
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString()));
        return texts;
    }

    NamespaceView view(String name) {
        return told.getOrDefault(name, NamespaceView.enabled(name));
    }
}
