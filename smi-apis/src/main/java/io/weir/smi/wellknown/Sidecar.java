package io.weir.smi.wellknown;

/** Names, ports and places of an injected sidecar. */
public final class Sidecar {

    public static final String PROXY_CONTAINER = "weir-proxy";

    public static final String INIT_CONTAINER = "weir-init";

    /** Volume with the token and the roots. */
    public static final String CREDENTIALS_VOLUME = "weir-credentials";

    /** Volume with the admin socket. */
    public static final String RUN_VOLUME = "weir-run";

    /** User and group of the proxy; what it sends is not intercepted, so no other container may run as it. */
    public static final int UID = 2102;

    /** Where the app's connections are redirected to. */
    public static final int OUTBOUND_PORT = 15_001;

    /** Where connections to the app are redirected to. */
    public static final int INBOUND_PORT = 15_006;

    /** The forward proxy for HTTP, at 127.0.0.1 of a pod that is not intercepted. */
    public static final int HTTP_PROXY_PORT = 15_080;

    /** Metrics of the proxy and of the app in one answer: {@code /metrics}. */
    public static final int METRICS_PORT = 15_020;

    /** Plain HTTP: {@code /ready}, and the app's probes below {@code /probe/}. */
    public static final int HEALTH_PORT = 15_021;

    /** The first of the ports to which UDP container ports, sorted, are redirected. */
    public static final int FIRST_UDP_PORT = 15_300;

    /** Source of the proxy's connections to its own app, by which they escape interception. */
    public static final String TO_APP_ADDRESS = "127.0.0.6";

    /** The same for IPv6, where the loopback interface has one address only. */
    public static final String TO_APP_ADDRESS_6 = "::1";

    /** Port of the control plane's xDS. */
    public static final int XDS_PORT = 15_012;

    /** Port of the telemetry program, to which proxies push what they count. */
    public static final int TELEMETRY_PORT = 15_013;

    /** Port at the loopback of a control plane's pod, where its admin API may be read without a token. */
    public static final int LOCAL_ADMIN_PORT = 15_016;

    /** Service of the control plane, in the system namespace. */
    public static final String CONTROL_PLANE_SERVICE = "weir-control-plane";

    /** Service of the telemetry program, in the system namespace. */
    public static final String TELEMETRY_SERVICE = "weir-telemetry";

    /** Audience of the ServiceAccount token that a proxy presents. */
    public static final String TOKEN_AUDIENCE = "weir.io/xds";

    /** Where the credentials volume is mounted. */
    public static final String CREDENTIALS_PATH = "/var/run/secrets/weir.io/credentials";

    /** The file there with the key and then the certificates of a pod certificate, as the kubelet writes them. */
    public static final String BUNDLE_FILE = "bundle.pem";

    /** ConfigMap, in every namespace with sidecars, with the roots by which proxies know the control plane. */
    public static final String ROOTS_CONFIG_MAP = "weir-roots";

    public static final String ROOTS_KEY = "roots.pem";

    /** Signer of pod certificates, where the cluster has them (Kubernetes 1.37 and later). */
    public static final String POD_CERTIFICATE_SIGNER = "weir.io/workload";

    /** ClusterTrustBundle of that signer. */
    public static final String TRUST_BUNDLE = "weir.io:workload:roots";

    /** Where Weir itself runs, if nothing else is said. */
    public static final String SYSTEM_NAMESPACE = "weir-system";

    /** Of a proxy's node: true where its bootstrap has a sink, so that what it counts is told to somebody. */
    public static final String TELEMETRY_METADATA = "telemetry";

    private Sidecar() {}
}
