package io.weir.injector.bootstrap;

import io.weir.smi.wellknown.Sidecar;

/**
 * Where a sidecar pushes what it counts; it shows there the credential that it shows to the control plane.
 *
 * @param host DNS name or address
 * @param serverName the DNS name in its certificate
 */
public record TelemetrySink(String host, int port, String serverName) {

    /** The telemetry program of that namespace, by the name that needs no search through the resolver's domains. */
    public static TelemetrySink in(String systemNamespace, String clusterDomain, String trustDomain) {
        return new TelemetrySink(
                Sidecar.TELEMETRY_SERVICE + "." + systemNamespace + ".svc." + clusterDomain + ".",
                Sidecar.TELEMETRY_PORT,
                "weir-telemetry." + trustDomain);
    }
}
