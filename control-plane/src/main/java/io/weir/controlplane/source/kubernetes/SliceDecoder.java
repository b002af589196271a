package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.decode.Fields;
import io.weir.controlplane.source.decode.KubernetesKinds;
import io.weir.controlplane.source.kubernetes.Slice.Family;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** EndpointSlices. */
final class SliceDecoder {

    private static final String SERVICE = "kubernetes.io/service-name";

    private SliceDecoder() {}

    /** Null for a slice that is no Service's, or has domain names. */
    static @Nullable Slice slice(ObjectRef ref, Fields document) {
        String service = document.object("metadata").textMap("labels").getOrDefault(SERVICE, "");
        Family family = family(document);
        if (service.isEmpty() || family == null) {
            return null;
        }
        return new Slice(
                ref.name(),
                new ServiceKey(ref.namespace(), service),
                family,
                ports(document),
                backends(ref.namespace(), family, document));
    }

    private static @Nullable Family family(Fields document) {
        return switch (document.text("addressType", "")) {
            case "IPv4" -> Family.IPV4;
            case "IPv6" -> Family.IPV6;
            default -> null;
        };
    }

    private static List<Slice.Port> ports(Fields document) {
        List<Slice.Port> ports = new ArrayList<>();
        for (Fields port : document.objects("ports")) {
            // Without a number it stands for all ports, which only a Service of other software means.
            Integer number = port.integer("port", 1, 65_535);
            Transport transport = KubernetesKinds.transport(port);
            if (number != null && transport != null) {
                ports.add(new Slice.Port(port.text("name", ""), transport, number));
            }
        }
        return ports;
    }

    private static List<Slice.Backend> backends(String namespace, Family family, Fields document) {
        List<Slice.Backend> backends = new ArrayList<>();
        for (Fields endpoint : document.objects("endpoints")) {
            String address = address(family, endpoint);
            if (address != null) {
                Fields conditions = endpoint.object("conditions");
                // Absent: "consumers should interpret this unknown state as ready", and serving as ready.
                boolean ready = !Boolean.FALSE.equals(conditions.bool("ready"));
                Boolean serving = conditions.bool("serving");
                boolean terminating = Boolean.TRUE.equals(conditions.bool("terminating"));
                backends.add(new Slice.Backend(
                        address,
                        ready,
                        terminating && (serving == null ? ready : serving),
                        target(namespace, endpoint)));
            }
        }
        return backends;
    }

    /** The first address is the only one with a meaning. */
    private static @Nullable String address(Family family, Fields endpoint) {
        var addresses = endpoint.list("addresses");
        if (addresses.isEmpty()) {
            return null;
        }
        String address = addresses.getFirst().isString() ? addresses.getFirst().stringValue() : "";
        if (Addresses.family(address) != family) {
            endpoint.error("addresses[0]", "is not an address of the slice's addressType.", "Correct the address.");
            return null;
        }
        return address;
    }

    /**
     * Only a pod of the slice's own namespace: whoever may write slices there must not say what a workload elsewhere
     * serves.
     */
    private static Slice.@Nullable Target target(String namespace, Fields endpoint) {
        Fields reference = endpoint.object("targetRef");
        String name = reference.text("name", "");
        boolean pod = reference.text("kind", "").equals("Pod") && !name.isEmpty();
        return pod && reference.text("namespace", namespace).equals(namespace)
                ? new Slice.Target(new WorkloadKey(namespace, name), reference.text("uid", ""))
                : null;
    }
}
