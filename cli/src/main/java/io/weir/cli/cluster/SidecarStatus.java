package io.weir.cli.cluster;

import io.weir.controlplane.admin.StatusReport;
import io.weir.controlplane.xds.cache.TypeStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sidecar of the mesh.
 *
 * @param report by the replica of the control plane that it is connected to; by any of them if it is to none
 * @param replica that replica; null if it is connected to none of those that answered
 */
public record SidecarStatus(
        StatusReport.Proxy report, @Nullable String replica, State state) {

    /** How far it is with what it should have. */
    public enum State {
        /** It has acknowledged all of it. */
        SYNCED,
        /** It has not yet acknowledged all of it. */
        STALE,
        /** It refused some of it, and keeps the last good one. */
        REFUSED,
        /** It has no connection to the control plane, and keeps what it had. */
        DISCONNECTED,
        /** A replica of the control plane could not be asked, and it may be connected to that one. */
        UNKNOWN
    }

    private static final Map<String, String> SHORT = Map.of(
            "CLUSTER", "CDS",
            "ENDPOINT", "EDS",
            "LISTENER", "LDS",
            "ROUTE", "RDS",
            "SECRET", "SDS");

    static State state(StatusReport.Proxy report, boolean all) {
        if (report.connectedAt() == null) {
            return all ? State.DISCONNECTED : State.UNKNOWN;
        }
        if (any(report, TypeStatus.Sync.NACKED)) {
            return State.REFUSED;
        }
        return report.synced().isEmpty() || any(report, TypeStatus.Sync.PENDING) ? State.STALE : State.SYNCED;
    }

    private static boolean any(StatusReport.Proxy report, TypeStatus.Sync sync) {
        return report.synced().values().stream().anyMatch(type -> type.sync() == sync);
    }

    /** The types of which it does not have all, by their short names. */
    public List<String> behind() {
        return report.synced().entrySet().stream()
                .filter(type -> type.getValue().sync() != TypeStatus.Sync.SYNCED)
                .map(type ->
                        SHORT.getOrDefault(type.getKey().name(), type.getKey().name()))
                .toList();
    }

    public String namespace() {
        return report.proxy().substring(0, report.proxy().indexOf('/'));
    }

    public String pod() {
        return report.proxy().substring(report.proxy().indexOf('/') + 1);
    }
}
