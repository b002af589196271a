package io.weir.smi.wellknown;

/**
 * What a bootstrap has more where a sidecar sends its metrics to an OpenTelemetry collector, as JSON. Envoy takes sinks from
 * its bootstrap alone.
 *
 * @param host name or address of the collector; a name that DNS allows
 * @param tls whether it is called by TLS, and its certificate checked against {@link OpenTelemetryNames#SYSTEM_ROOTS}
 * @param service the workload's name, one of a Kubernetes object; empty: Envoy's environment says it
 */
public record MetricsExport(String host, int port, boolean tls, String service) {

    /** Beside the cluster that comes by xDS, which may not have the name of one in the bootstrap. */
    private static final String CLUSTER = "weir-otel-metrics";

    private static final String ENVOY = "type.googleapis.com/envoy.";

    /** An entry of {@code static_resources.clusters}. A name that nobody resolves keeps no sidecar from its start. */
    public String cluster() {
        return """
                {"name": "%1$s", "type": "STRICT_DNS", "connect_timeout": "5s", "dns_lookup_family": "ALL",
                "wait_for_warm_on_init": false,
                "load_assignment": {"cluster_name": "%1$s", "endpoints": [{"lb_endpoints": [
                {"endpoint": {"address": {"socket_address": {"address": "%2$s", "port_value": %3$d}}}}]}]},
                "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": "%4$sextensions.upstreams.http.v3.HttpProtocolOptions", "explicit_http_config": {
                "http2_protocol_options": {"connection_keepalive": {"interval": "30s", "timeout": "10s"}}}}}%5$s}""".formatted(CLUSTER, host, port, ENVOY, tls ? ", \"transport_socket\": " + socket() : "")
                .replace("\n", " ");
    }

    private String socket() {
        boolean address = host.indexOf(':') >= 0 || host.matches("[0-9]+(\\.[0-9]+){3}");
        return """
                {"name": "envoy.transport_sockets.tls", "typed_config": {
                "@type": "%1$sextensions.transport_sockets.tls.v3.UpstreamTlsContext", %2$s"common_tls_context": {
                "tls_params": {"tls_minimum_protocol_version": "TLSv1_2", "tls_maximum_protocol_version": "TLSv1_3"},
                "alpn_protocols": ["h2"], "validation_context": {"trusted_ca": {"filename": "%3$s"},
                "match_typed_subject_alt_names": [{"san_type": "%4$s", "matcher": {"exact": "%5$s"}}]}}}}""".formatted(
                        ENVOY,
                        address ? "" : "\"sni\": \"" + host + "\", ",
                        OpenTelemetryNames.SYSTEM_ROOTS,
                        address ? "IP_ADDRESS" : "DNS",
                        host);
    }

    /** An entry of {@code stats_sinks}. */
    public String sink() {
        return """
                {"name": "envoy.stat_sinks.open_telemetry", "typed_config": {
                "@type": "%sextensions.stat_sinks.open_telemetry.v3.SinkConfig",
                "grpc_service": {"envoy_grpc": {"cluster_name": "%s"}}, "emit_tags_as_attributes": true,
                "use_tag_extracted_name": true, "resource_detectors": %s}}""".formatted(ENVOY, CLUSTER, service.isEmpty() ? OpenTelemetryNames.ENVIRONMENT_DETECTOR : named())
                .replace("\n", " ");
    }

    private String named() {
        return """
                [{"name": "envoy.tracers.opentelemetry.resource_detectors.static_config", "typed_config": {
                "@type": "%sextensions.tracers.opentelemetry.resource_detectors.v3.StaticConfigResourceDetectorConfig",
                "attributes": {"%s": "%s"}}}]""".formatted(ENVOY, OpenTelemetryNames.SERVICE_NAME, service);
    }
}
