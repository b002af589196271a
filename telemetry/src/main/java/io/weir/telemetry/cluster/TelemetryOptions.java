package io.weir.telemetry.cluster;

import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.telemetry.model.Readings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * How to run one replica of the telemetry program in a cluster.
 *
 * @param namespace Weir's own
 * @param replica this replica's name among the others: the pod's
 * @param ports where it listens
 * @param settings say what the mesh is called
 * @param controlPlane who signs the certificate that sidecars are shown
 * @param drain for how long a replica that ends still answers, so that nobody is sent to one that is gone
 * @param readings from where the API has its windows, given what sidecars pushed to all replicas
 */
public record TelemetryOptions(
        String namespace,
        String replica,
        Ports ports,
        MeshSettings settings,
        KubernetesOptions kubernetes,
        ControlPlane controlPlane,
        Duration drain,
        UnaryOperator<Readings> readings) {

    /** Windows are had from what was pushed. */
    public TelemetryOptions(
            String namespace,
            String replica,
            Ports ports,
            MeshSettings settings,
            KubernetesOptions kubernetes,
            ControlPlane controlPlane,
            Duration drain) {
        this(namespace, replica, ports, settings, kubernetes, controlPlane, drain, UnaryOperator.identity());
    }

    /**
     * Addresses; port 0 takes a free one.
     *
     * @param api where the API server asks, with TLS
     * @param push where sidecars push what they count, gRPC with TLS
     * @param admin where health and metrics are, without TLS
     * @param local the pod's own loopback, where all may be asked without a token
     */
    public record Ports(
            InetSocketAddress api, InetSocketAddress push, InetSocketAddress admin, InetSocketAddress local) {}

    /**
     * A control plane.
     *
     * @param address of its xDS port, as {@code HOST:PORT}
     * @param token file with a ServiceAccount token that is bound to this pod and meant for the xDS port
     */
    public record ControlPlane(String address, Path token) {}
}
