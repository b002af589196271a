package io.weir.controlplane;

import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to run one replica of a control plane in a cluster.
 *
 * @param namespace Weir's own, where its Secret, Leases and ConfigMap are
 * @param replica this replica's name among the others: the pod's
 * @param xds where proxies connect; port 0 takes a free one
 * @param admin where health, metrics and the admin API are; port 0 takes a free one
 * @param local the pod's own loopback, where the admin API may be read without a token; port 0 takes a free one
 * @param rootSecret a Secret of type {@code kubernetes.io/tls} in {@code namespace} with a root of the owner's own; null:
 *     Weir makes one
 * @param podCertificates whether pod certificates are signed
 * @param drain over how long a replica that ends sends its proxies to the others
 */
public record ClusterOptions(
        String namespace,
        String replica,
        InetSocketAddress xds,
        InetSocketAddress admin,
        InetSocketAddress local,
        MeshSettings settings,
        CertificateSettings certificates,
        KubernetesOptions kubernetes,
        @Nullable String rootSecret,
        PodCertificates podCertificates,
        Duration drain) {

    /** Whether Weir is the signer of its pods' certificates. */
    public enum PodCertificates {
        /** Where the cluster has them: Kubernetes 1.37 and later. */
        IF_SERVED,
        NEVER
    }
}
