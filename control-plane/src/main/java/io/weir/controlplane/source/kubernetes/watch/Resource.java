package io.weir.controlplane.source.kubernetes.watch;

import org.jspecify.annotations.Nullable;

/**
 * Where the API server has a kind.
 *
 * @param kind as objects spell it
 * @param path of the collection in all namespaces
 * @param selector what of it, as a field selector; null: all
 * @param extent how much of each object
 * @param presence whether it may be missing
 */
public record Resource(String kind, String path, @Nullable String selector, Extent extent, Presence presence) {

    /** How much of each object is asked for. */
    public enum Extent {
        WHOLE,
        /** Names, labels, annotations and owners: a small part of most objects. */
        METADATA
    }

    /** Whether a kind is always there. */
    public enum Presence {
        BUILT_IN,
        /** Someone installs it; until then there are no such objects. */
        INSTALLED
    }
}
