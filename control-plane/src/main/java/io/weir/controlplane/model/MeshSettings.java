package io.weir.controlplane.model;

/**
 * What holds for the whole mesh.
 *
 * @param trustDomain SPIFFE trust domain, lower case
 * @param clusterDomain the DNS suffix of service names, {@code cluster.local}
 * @param mode for namespaces that name none
 */
public record MeshSettings(String trustDomain, String clusterDomain, Mode mode) {

    /** {@code cluster.local} twice, deny. */
    public static MeshSettings defaults() {
        return new MeshSettings("cluster.local", "cluster.local", Mode.DENY);
    }
}
