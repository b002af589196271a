package io.weir.injector.inject;

import io.weir.smi.wellknown.Keys;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What becomes of a namespace's label {@code weir.io/inject}. The annotation is what its owner wrote; the API server chooses by
 * labels alone what it asks a webhook about, so the label follows the annotation. A label without an annotation is its
 * owner's own.
 */
public sealed interface NamespaceLabel {

    /** The label. */
    String KEY = Keys.INJECT;

    /** Where it is in the object, for a JSON patch. */
    String POINTER = "/metadata/labels/" + KEY.replace("/", "~1");

    /** The label is as it should be. */
    record Keep() implements NamespaceLabel {}

    /** The label gets this value. */
    record Put(String value) implements NamespaceLabel {}

    /** The annotation that it followed was removed. */
    record Remove() implements NamespaceLabel {}

    /** @param before the namespace as it was; missing or null where it is not known */
    static NamespaceLabel of(JsonNode namespace, JsonNode before) {
        // What the cluster itself runs on must start without Weir, whatever somebody writes there.
        if (Set.of("kube-system", "kube-public", "kube-node-lease").contains(name(namespace))) {
            return new Keep();
        }
        String annotation = value(namespace, "annotations");
        String label = value(namespace, "labels");
        if (annotation != null && (annotation.equals(Keys.ENABLED) || annotation.equals(Keys.DISABLED))) {
            return annotation.equals(label) ? new Keep() : new Put(annotation);
        }
        String followed = value(before, "annotations");
        boolean orphaned = annotation == null && followed != null && followed.equals(label);
        return orphaned ? new Remove() : new Keep();
    }

    private static String name(JsonNode namespace) {
        return namespace.path("metadata").path("name").asString("");
    }

    private static @Nullable String value(JsonNode namespace, String map) {
        JsonNode value = namespace.path("metadata").path(map).path(KEY);
        return value.isString() ? value.asString() : null;
    }
}
