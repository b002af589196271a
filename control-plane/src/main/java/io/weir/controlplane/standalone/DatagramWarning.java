package io.weir.controlplane.standalone;

import java.util.List;

/**
 * Says that nothing gets through to UDP ports in deny mode, where Envoy sends datagrams from another address than the
 * sidecar's: once, and again when there are such ports after there were none. Used on the supervisor's thread only.
 */
final class DatagramWarning {

    private final EnvoyInstall.Binary envoy;
    private final Supervisor.Events events;
    private boolean said;

    DatagramWarning(EnvoyInstall.Binary envoy, Supervisor.Events events) {
        this.envoy = envoy;
        this.events = events;
    }

    void look(DesiredReplicas desired) {
        List<String> ports = desired.datagramsByAddress();
        boolean denied = !envoy.bindsDatagrams() && !ports.isEmpty();
        if (denied && !said) {
            String others = ports.size() == 1 ? "" : " and " + (ports.size() - 1) + " more";
            events.failed("UDP to " + ports.getFirst() + others + " is denied to everyone: Envoy " + envoy.version()
                    + " doesn't send it from the sidecar's address, which tells callers apart in deny mode; use Envoy "
                    + EnvoyVersion.BINDING_DATAGRAMS + ", e.g. ENVOY_BIN=$(weir envoy install "
                    + EnvoyInstall.DEFAULT_VERSION + ")");
        }
        said = denied;
    }
}
