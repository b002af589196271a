package io.weir.injector.inject;

import java.util.SortedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Annotations of a pod's author that injection replaces, and puts back. */
final class Annotations {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PREFIX = "/metadata/annotations/";

    private Annotations() {}

    /** @param original where to write down what was there */
    static void replace(PodTree pod, String key, String value, SortedMap<String, String> original) {
        original.put(PREFIX + key.replace("~", "~0").replace("/", "~1"), JSON.writeValueAsString(pod.annotation(key)));
        pod.annotate(key, value);
    }

    static void restore(PodTree pod, SortedMap<String, String> original) {
        original.forEach((pointer, written) -> {
            if (pointer.startsWith(PREFIX)) {
                String key =
                        pointer.substring(PREFIX.length()).replace("~1", "/").replace("~0", "~");
                restore(pod, key, written);
            }
        });
    }

    private static void restore(PodTree pod, String key, String written) {
        try {
            JsonNode value = JSON.readTree(written);
            pod.annotate(key, value.isString() ? value.asString() : null);
        } catch (JacksonException notOurs) {
            // Somebody edited the annotation: what the pod says now is all there is.
            return;
        }
    }
}
