package io.weir.controlplane.model;

/** Namespace and name of a Service. */
public record ServiceKey(String namespace, String name) implements Comparable<ServiceKey> {

    public ServiceKey {
        // Compared very often, and mostly with one of the same namespace.
        namespace = namespace.intern();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // equal namespaces are one object
    public int compareTo(ServiceKey other) {
        // The key of most maps of the mesh: without the calls of a Comparator for each field.
        int order = namespace == other.namespace ? 0 : namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
