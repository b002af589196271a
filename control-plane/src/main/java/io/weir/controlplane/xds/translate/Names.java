package io.weir.controlplane.xds.translate;

import io.weir.controlplane.model.ServicePortKey;
import io.weir.controlplane.model.Transport;

/** Every name that Weir's configuration uses inside Envoy: they show in statistics, logs and dumps. */
public final class Names {

    /** Secret: the proxy's own key and certificate chain. */
    public static final String IDENTITY = "identity";

    /** Secret: the roots that peers' certificates must chain to. */
    public static final String TRUST = "trust";

    /** SNI of mTLS between sidecars; any other TLS belongs to the apps. */
    public static final String SNI = "sidecar.weir.io";

    /** Listener, RouteConfiguration and cluster of the forward proxy for HTTP. */
    public static final String HTTP_PROXY = "http-proxy";

    /** Carries the address of the proxy's own outbound listener from the forward proxy's route to its cluster. */
    static final String LISTENER_HEADER = "x-weir-listener";

    /** Endpoint metadata key, compared with the cluster's transport socket matches. */
    static final String MTLS = "mtls";

    /** Listener: where the kernel redirects what the app sends. */
    public static final String VIRTUAL_OUTBOUND = "virtual-outbound";

    /** Listener: where the kernel redirects what arrives. */
    public static final String VIRTUAL_INBOUND = "virtual-inbound";

    /** Cluster: wherever the app meant to connect to. */
    public static final String PASSTHROUGH = "passthrough";

    /** Cluster: the app at ports that nobody declared. */
    public static final String UNDECLARED = "local/undeclared";

    /** Cluster of the bootstrap: the control plane, which also takes the reports of sidecars on one machine. */
    static final String CONTROL_PLANE = "weir-xds";

    /** Cluster of a pod's bootstrap: the telemetry of a cluster. */
    static final String TELEMETRY = "weir-telemetry";
    /** Cluster: the OpenTelemetry collector, for traces and access logs. */
    public static final String COLLECTOR = "weir-otel";

    /** Metadata of clusters that stand for a service port under another name. */
    static final String ALIAS = "weir";

    /** Field of that metadata: the service port. */
    static final String ALIAS_SERVICE = "service";

    /** Field of that metadata: the cluster that it stands for. */
    static final String ALIAS_CLUSTER = "cluster";

    /** Carries the name of the cluster from an address beyond the scope to the route. */
    static final String CLUSTER_HEADER = "x-weir-cluster";

    private Names() {}

    /** Listener, RouteConfiguration, cluster and ClusterLoadAssignment of a service port. */
    public static String outbound(ServicePortKey key) {
        return "outbound/" + key;
    }

    /** Listener and RouteConfiguration of a workload's port. */
    public static String inbound(int port, Transport transport) {
        return "inbound/" + port + suffix(transport);
    }

    /** Cluster of the app behind a workload's port. */
    public static String local(int port, Transport transport) {
        return "local/" + port + suffix(transport);
    }

    /** Cluster of the pods behind a port of a headless Service, called by their own addresses. */
    public static String direct(ServicePortKey key) {
        return "direct/" + key;
    }

    /** Filter chain, cluster and ClusterLoadAssignment of what is beyond the proxy's scope; by port, or by address and port. */
    static String beyond(Object place) {
        return "beyond/" + place;
    }

    /** Listener of one such pod. */
    public static String direct(String address, int port) {
        return "direct/" + Addresses.withPort(address, port);
    }

    private static String suffix(Transport transport) {
        return transport == Transport.UDP ? "/udp" : "";
    }
}
