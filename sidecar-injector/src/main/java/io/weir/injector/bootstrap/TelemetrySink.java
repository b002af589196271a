package io.weir.injector.bootstrap;

/**
 * Where a sidecar pushes what it counts; it shows there the credential that it shows to the control plane.
 *
 * @param host DNS name or address
 * @param serverName the DNS name in its certificate
 */
public record TelemetrySink(String host, int port, String serverName) {}
