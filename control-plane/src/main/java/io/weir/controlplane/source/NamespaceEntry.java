package io.weir.controlplane.source;

import io.weir.controlplane.model.Sorted;
import java.util.SortedMap;

/** A declared namespace. */
public record NamespaceEntry(String name, SortedMap<String, String> labels, SortedMap<String, String> annotations) {

    public NamespaceEntry {
        labels = Sorted.map(labels);
        annotations = Sorted.map(annotations);
    }
}
