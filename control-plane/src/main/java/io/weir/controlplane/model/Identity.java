package io.weir.controlplane.model;

import java.util.Comparator;

/** Who a workload is: its namespace and service account. Two workloads with one account are the same principal. */
public record Identity(String namespace, String serviceAccount) implements Comparable<Identity> {

    private static final Comparator<Identity> ORDER =
            Comparator.comparing(Identity::namespace).thenComparing(Identity::serviceAccount);

    /** The SPIFFE ID that the account's certificates carry as their only URI SAN. */
    public String spiffeId(String trustDomain) {
        return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
    }

    @Override
    public int compareTo(Identity other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + serviceAccount;
    }
}
