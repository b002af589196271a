package io.weir.controlplane.model;

import org.jspecify.annotations.Nullable;

/**
 * What holds for the whole mesh.
 *
 * @param trustDomain SPIFFE trust domain, lower case
 * @param clusterDomain the DNS suffix of service names, {@code cluster.local}
 * @param mode for namespaces that name none
 * @param pathMatch how {@code pathRegex} is read
 * @param loosening whether a namespace may be permissive where {@code mode} denies
 * @param openTelemetry the collector that sidecars send to; null: none
 * @param telemetry what sidecars are to count, as far as they can
 */
public record MeshSettings(
        String trustDomain,
        String clusterDomain,
        Mode mode,
        PathMatch pathMatch,
        Loosening loosening,
        @Nullable OpenTelemetry openTelemetry,
        Telemetry telemetry) {

    /** Whether the owner of a namespace may open it in a mesh that denies. */
    public enum Loosening {
        ALLOWED,
        REFUSED
    }

    /** Whose sidecars count. */
    public MeshSettings(
            String trustDomain,
            String clusterDomain,
            Mode mode,
            PathMatch pathMatch,
            Loosening loosening,
            @Nullable OpenTelemetry openTelemetry) {
        this(trustDomain, clusterDomain, mode, pathMatch, loosening, openTelemetry, Telemetry.EDGES);
    }

    /** Without a collector. */
    public MeshSettings(String trustDomain, String clusterDomain, Mode mode, PathMatch pathMatch, Loosening loosening) {
        this(trustDomain, clusterDomain, mode, pathMatch, loosening, null);
    }

    /** Whose namespaces may loosen, as on a machine whose mesh has one owner. */
    public MeshSettings(String trustDomain, String clusterDomain, Mode mode, PathMatch pathMatch) {
        this(trustDomain, clusterDomain, mode, pathMatch, Loosening.ALLOWED);
    }

    /** With paths as SMI says. */
    public MeshSettings(String trustDomain, String clusterDomain, Mode mode) {
        this(trustDomain, clusterDomain, mode, PathMatch.PREFIX);
    }

    /** The same mesh, whose sidecars are to count this. */
    public MeshSettings counting(Telemetry what) {
        return new MeshSettings(trustDomain, clusterDomain, mode, pathMatch, loosening, openTelemetry, what);
    }

    /** {@code cluster.local} twice, deny, paths as SMI says. */
    public static MeshSettings defaults() {
        return new MeshSettings("cluster.local", "cluster.local", Mode.DENY);
    }

    /** The same, whose sidecars send to this collector; null: to none. */
    public MeshSettings with(@Nullable OpenTelemetry collector) {
        return new MeshSettings(trustDomain, clusterDomain, mode, pathMatch, loosening, collector, telemetry);
    }
}
