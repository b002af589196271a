package io.weir.injector.inject;

import io.weir.injector.bootstrap.Credential;
import io.weir.injector.bootstrap.TelemetrySink;
import io.weir.smi.wellknown.Sidecar;
import org.jspecify.annotations.Nullable;

/**
 * What holds for every pod.
 *
 * @param version of Weir, written into what it injects
 * @param nativeSidecars whether the cluster runs init containers that keep running
 * @param credential with what sidecars prove who they are
 * @param defaults of the sidecar, where a pod's annotations say nothing
 * @param telemetry where sidecars push what they count; null: nowhere
 * @param openTelemetry the collector that they send to; null: none
 */
public record InjectionSettings(
        String version,
        Mesh mesh,
        Images images,
        boolean nativeSidecars,
        Credential credential,
        Resources defaults,
        @Nullable TelemetrySink telemetry,
        @Nullable OpenTelemetrySettings openTelemetry) {

    /** Without a collector. */
    public InjectionSettings(
            String version,
            Mesh mesh,
            Images images,
            boolean nativeSidecars,
            Credential credential,
            Resources defaults,
            @Nullable TelemetrySink telemetry) {
        this(version, mesh, images, nativeSidecars, credential, defaults, telemetry, null);
    }

    /** Of a mesh that collects nothing. */
    public InjectionSettings(
            String version,
            Mesh mesh,
            Images images,
            boolean nativeSidecars,
            Credential credential,
            Resources defaults) {
        this(version, mesh, images, nativeSidecars, credential, defaults, null);
    }

    /**
     * @param xdsHost DNS name or address of the control plane
     * @param deny the mode of namespaces that name none
     * @param namespacesMayLoosen whether a namespace may be permissive in a mesh that denies
     */
    public record Mesh(
            String trustDomain, String systemNamespace, String xdsHost, boolean deny, boolean namespacesMayLoosen) {

        /** The control plane of that namespace, by the name that needs no search through the resolver's domains. */
        public static String xdsHost(String systemNamespace, String clusterDomain) {
            return Sidecar.CONTROL_PLANE_SERVICE + "." + systemNamespace + ".svc." + clusterDomain + ".";
        }

        String xdsServerName() {
            return "weir-xds." + trustDomain;
        }

        /** Needs no DNS. */
        boolean xdsHostIsAddress() {
            return xdsHost.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
        }
    }

    /**
     * @param proxy has {@code envoy} on its path, and for classic sidecars {@code sh} and one of curl, wget and bash
     * @param init has {@code sh}, and nftables or iptables
     */
    public record Images(String proxy, String init) {}

    /** Kubernetes quantities; an empty one is not set. */
    public record Resources(String cpu, String memory, String cpuLimit, String memoryLimit) {

        /**
         * An idle sidecar took 60 to 70 MB (Envoy 1.36 and 1.40, two workers). No limit on processor time: one makes
         * every request wait when it is reached.
         */
        public static Resources usual() {
            return new Resources("50m", "96Mi", "", "512Mi");
        }
    }

    /** Kubernetes has them, on by default, since 1.29. */
    public static boolean nativeSidecarsIn(int major, int minor) {
        return major > 1 || (major == 1 && minor >= 29);
    }

    /** Kubernetes has pod certificates, on by default, since 1.37. */
    public static boolean podCertificatesIn(int major, int minor) {
        return major > 1 || (major == 1 && minor >= 37);
    }

    /** The same, for a pod whose sidecar is there. */
    InjectionSettings with(Credential present) {
        return new InjectionSettings(
                version, mesh, images, nativeSidecars, present, defaults, telemetry, openTelemetry);
    }
}
