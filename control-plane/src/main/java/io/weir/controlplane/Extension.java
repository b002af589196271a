package io.weir.controlplane;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.controlplane.admin.AdminRoute;
import io.weir.controlplane.push.World;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import java.util.List;
import java.util.Map;

/** What a control plane serves beside xDS and its own admin API. It stays its maker's, who closes it after the control plane. */
public interface Extension {

    /** One that serves nothing. */
    Extension NONE = new Extension() {};

    /** Told of the first world before anything is served, then of each that follows; must return soon. */
    default void changed(World world) {}

    /** Where proxies call, at the address of xDS. */
    default List<ProxyEndpoint> endpoints() {
        return List.of();
    }

    /** Where people and programs ask, by method and path as {@link io.weir.controlplane.admin.AdminServer} has it. */
    default Map<String, AdminRoute> routes() {
        return Map.of();
    }

    /** Registers meters of its own. */
    default void meters(MeterRegistry registry) {}
}
