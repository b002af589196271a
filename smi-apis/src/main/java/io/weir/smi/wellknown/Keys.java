package io.weir.smi.wellknown;

/** Keys of labels and annotations. */
public final class Keys {

    /** On a namespace (label or annotation) or a pod (annotation or label): {@code enabled} or {@code disabled}. */
    public static final String INJECT = "weir.io/inject";

    public static final String ENABLED = "enabled";

    public static final String DISABLED = "disabled";

    /** On a namespace, label or annotation: {@code deny} or {@code permissive}. */
    public static final String MODE = "weir.io/mode";

    /** On a namespace, annotation: the percentage of traces to keep that begin there, {@code "0.5"}. */
    public static final String TRACE_SAMPLING = "weir.io/trace-sampling";

    /** On a TrafficTarget, {@code true}: it is tried out and lets nobody in. */
    public static final String AUDIT = "weir.io/audit";

    /** On a pod: ports, separated by commas, at which callers reach the app without the sidecar. */
    public static final String EXCLUDE_INBOUND_PORTS = "weir.io/exclude-inbound-ports";

    /** On a pod: ports, separated by commas, to which the app connects without the sidecar. */
    public static final String EXCLUDE_OUTBOUND_PORTS = "weir.io/exclude-outbound-ports";

    /** On a pod: networks, separated by commas, to which the app connects without the sidecar. */
    public static final String EXCLUDE_OUTBOUND_CIDRS = "weir.io/exclude-outbound-cidrs";

    /** On a pod: {@code redirect} (the default) or {@code explicit}, which needs no privilege and enforces nothing inbound. */
    public static final String INTERCEPTION = "weir.io/interception";

    /** On an explicit-proxy pod in a namespace in deny mode, {@code true}: its owner knows that nothing is enforced there. */
    public static final String ACKNOWLEDGE_NOT_ENFORCED = "weir.io/acknowledge-not-enforced";

    /** On a pod: {@code native} or {@code classic}; where absent, what the cluster can do decides. */
    public static final String SIDECAR_STYLE = "weir.io/sidecar-style";

    /** On a pod, quantities: the sidecar's requests and limits. */
    public static final String PROXY_CPU = "weir.io/proxy-cpu";

    public static final String PROXY_MEMORY = "weir.io/proxy-memory";

    public static final String PROXY_CPU_LIMIT = "weir.io/proxy-cpu-limit";

    public static final String PROXY_MEMORY_LIMIT = "weir.io/proxy-memory-limit";

    /** Written by the injector, JSON: what was injected ({@link InjectedSidecar}). */
    public static final String SIDECAR = "weir.io/sidecar";

    /** Written by the injector: why a pod got no sidecar. */
    public static final String INJECT_SKIPPED = "weir.io/inject-skipped";

    private Keys() {}
}
