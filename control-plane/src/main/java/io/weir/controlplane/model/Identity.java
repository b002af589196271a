package io.weir.controlplane.model;

/** Who a workload is: its namespace and service account. Two workloads with one account are the same principal. */
public record Identity(String namespace, String serviceAccount) implements Comparable<Identity> {

    /** The SPIFFE ID that the account's certificates carry as their only URI SAN. */
    public String spiffeId(String trustDomain) {
        return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
    }

    public Identity {
        // Compared very often, and mostly with one of the same namespace.
        namespace = namespace.intern();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // equal namespaces are one object
    public int compareTo(Identity other) {
        // The key of most maps of the mesh: without the calls of a Comparator for each field.
        int order = namespace == other.namespace ? 0 : namespace.compareTo(other.namespace);
        return order != 0 ? order : serviceAccount.compareTo(other.serviceAccount);
    }

    @Override
    public String toString() {
        return namespace + "/" + serviceAccount;
    }
}
