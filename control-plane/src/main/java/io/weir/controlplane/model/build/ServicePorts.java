package io.weir.controlplane.model.build;

import io.weir.controlplane.model.ServicePort;
import io.weir.controlplane.source.ServiceEntry;
import java.util.Comparator;
import java.util.List;

/** A Service's ports as its callers see them. */
final class ServicePorts {

    private static final Comparator<ServicePort> ORDER = Comparator.comparingInt(ServicePort::port)
            .thenComparing(port -> port.protocol().transport());

    private ServicePorts() {}

    static List<ServicePort> of(ServiceEntry service) {
        return service.ports().stream().map(ServicePorts::of).sorted(ORDER).toList();
    }

    static ServicePort of(ServiceEntry.Port port) {
        return new ServicePort(
                port.port(), port.name(), Protocols.of(port.transport(), port.appProtocol(), port.name()));
    }
}
