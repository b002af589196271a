package io.weir.controlplane.model;

/** Namespace and name of a Service. */
public record ServiceKey(String namespace, String name) implements Comparable<ServiceKey> {

    @Override
    public int compareTo(ServiceKey other) {
        // The key of most maps of the mesh: without the calls of a Comparator for each field.
        int order = namespace.compareTo(other.namespace);
        return order != 0 ? order : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
