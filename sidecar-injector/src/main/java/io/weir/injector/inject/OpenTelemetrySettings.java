package io.weir.injector.inject;

/**
 * The OpenTelemetry collector that sidecars send to.
 *
 * @param host name or address, as pods resolve it
 * @param tls whether it is called by TLS
 * @param metrics whether metrics go there: traces and access logs are the control plane's to order
 */
public record OpenTelemetrySettings(String host, int port, boolean tls, boolean metrics) {}
