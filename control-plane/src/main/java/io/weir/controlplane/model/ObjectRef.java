package io.weir.controlplane.model;

import java.util.Comparator;

/** Names any object by kind, namespace and name: the origin of a route or grant, the subject of a diagnostic. */
public record ObjectRef(String kind, String namespace, String name) implements Comparable<ObjectRef> {

    private static final Comparator<ObjectRef> ORDER = Comparator.comparing(ObjectRef::kind)
            .thenComparing(ObjectRef::namespace)
            .thenComparing(ObjectRef::name);

    @Override
    public int compareTo(ObjectRef other) {
        return ORDER.compare(this, other);
    }

    /** As people write it: {@code TrafficSplit shop/bookstore}, or without a namespace {@code Namespace shop}. */
    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
