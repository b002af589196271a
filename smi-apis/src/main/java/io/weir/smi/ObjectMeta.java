package io.weir.smi;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of Kubernetes metadata that the mesh reads.
 *
 * @param namespace {@code default} where the object names none
 * @param creationTimestamp null for an object that never was in an API server
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ObjectMeta(
        String name,
        String namespace,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        @Nullable Instant creationTimestamp) {

    public ObjectMeta(
            String name,
            @Nullable String namespace,
            @Nullable SortedMap<String, String> labels,
            @Nullable SortedMap<String, String> annotations,
            @Nullable Instant creationTimestamp) {
        this.name = name;
        this.namespace = namespace == null || namespace.isEmpty() ? "default" : namespace;
        this.labels = sorted(labels);
        this.annotations = sorted(annotations);
        this.creationTimestamp = creationTimestamp;
    }

    /** Metadata with nothing but a name. */
    public static ObjectMeta of(String namespace, String name) {
        return new ObjectMeta(name, namespace, null, null, null);
    }

    private static SortedMap<String, String> sorted(@Nullable Map<String, String> map) {
        return Collections.unmodifiableSortedMap(map == null ? new TreeMap<>() : new TreeMap<>(map));
    }
}
