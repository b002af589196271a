package io.weir.smi.wellknown;

/** What the injector writes into sidecars that send to an OpenTelemetry collector, and their configuration reads. */
public final class OpenTelemetryNames {

    /** Variable of the container, {@code service.name=web,k8s.namespace.name=shop}: Envoy takes the resource of spans from it. */
    public static final String RESOURCE_VARIABLE = "OTEL_RESOURCE_ATTRIBUTES";

    /** Variable of the container: {@link #SERVICE_NAME} alone. */
    public static final String SERVICE_NAME_VARIABLE = "OTEL_SERVICE_NAME";

    /** Attribute: the workload's name. */
    public static final String SERVICE_NAME = "service.name";

    /** Where system roots are in the images of sidecars, and on Debian, Ubuntu and Alpine. */
    public static final String SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt";

    /** JSON, a list of extensions: that Envoy reads {@link #RESOURCE_VARIABLE}. */
    public static final String ENVIRONMENT_DETECTOR = """
            [{"name": "envoy.tracers.opentelemetry.resource_detectors.environment",
            "typed_config": {"@type": "type.googleapis.com/envoy.extensions.tracers.opentelemetry.resource_detectors\
            .v3.EnvironmentResourceDetectorConfig"}}]""";

    private OpenTelemetryNames() {}
}
