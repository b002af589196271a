package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An EndpointSlice: some of the addresses behind a Service, of one family. */
record Slice(String name, ServiceKey service, Family family, List<Port> ports, List<Backend> backends) {

    Slice {
        ports = List.copyOf(ports);
        backends = List.copyOf(backends);
    }

    /** Which addresses it holds; the third kind, domain names, is not kept. */
    enum Family {
        IPV4,
        IPV6
    }

    /**
     * A port that all its backends have.
     *
     * @param name of the Service's port that leads here; empty if that has none
     */
    record Port(String name, Transport transport, int number) {}

    /**
     * An address.
     *
     * @param ready takes traffic; a Service that publishes what is not ready has this set for it, too
     * @param draining is being deleted and still serves
     * @param target null for an address that is no pod's
     */
    record Backend(
            String address,
            boolean ready,
            boolean draining,
            @Nullable Target target) {}

    /** A pod; its uid is empty where whoever wrote the slice did not say it. */
    record Target(WorkloadKey pod, String uid) {}
}
