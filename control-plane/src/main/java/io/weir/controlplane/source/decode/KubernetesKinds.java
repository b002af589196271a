package io.weir.controlplane.source.decode;

import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.source.NamespaceEntry;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.ServiceEntry.TargetPort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Kubernetes' own kinds. Fields that the mesh does not use are passed over, because people bring manifests from their
 * clusters.
 */
public final class KubernetesKinds {

    private KubernetesKinds() {}

    public static NamespaceEntry namespace(ObjectRef ref, Fields document) {
        Fields metadata = document.object("metadata");
        return new NamespaceEntry(ref.name(), metadata.textMap("labels"), metadata.textMap("annotations"));
    }

    /** A Service without the addresses that a cluster gave it. */
    public static ServiceEntry service(ObjectRef ref, Fields document) {
        Fields spec = document.object("spec");
        if (spec.text("type", "").equals("ExternalName")) {
            spec.error("type", "ExternalName is not supported.", "Use a Service with a selector.");
        }
        List<ServiceEntry.Port> ports = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Fields port : spec.objects("ports")) {
            ServiceEntry.Port decoded = port(port);
            if (decoded != null && !seen.add(decoded.port() + "/" + decoded.transport())) {
                port.error(
                        "port",
                        decoded.port() + "/" + decoded.transport() + " is listed twice.",
                        "Remove one of the two, or give it another number.");
            } else if (decoded != null && !decoded.name().isEmpty() && !seen.add(decoded.name())) {
                port.error("name", "'" + decoded.name() + "' is listed twice.", "Give each port a name of its own.");
            } else if (decoded != null) {
                ports.add(decoded);
            }
        }
        if (ports.isEmpty() && !document.invalid()) {
            spec.warn(
                    Codes.NOT_SUPPORTED,
                    "ports",
                    "there is no TCP or UDP port, so nobody can call the Service.",
                    "Add a port.");
        }
        ServiceKey key = new ServiceKey(ref.namespace(), ref.name());
        return new ServiceEntry(key, spec.textMap("selector"), ports, List.of());
    }

    private static ServiceEntry.@Nullable Port port(Fields port) {
        Integer number = port.requiredPort("port");
        Transport transport = transport(port);
        String appProtocol = port.text("appProtocol");
        TargetPort target = targetPort(port, number);
        if (number == null || transport == null || target == null) {
            return null;
        }
        return new ServiceEntry.Port(number, port.text("name", ""), transport, appProtocol, target);
    }

    /** The transport of a port; null, after a finding, if the mesh carries none such. */
    public static @Nullable Transport transport(Fields port) {
        String protocol = port.text("protocol", "TCP");
        return switch (protocol) {
            case "TCP" -> Transport.TCP;
            case "UDP" -> Transport.UDP;
            case "SCTP" -> {
                port.warn(Codes.NOT_SUPPORTED, "protocol", "SCTP is not carried.", "Use TCP or UDP.");
                yield null;
            }
            default -> {
                String near = Suggest.nearest(protocol, List.of("TCP", "UDP"));
                port.error(
                        "protocol",
                        "'" + Suggest.shorten(protocol) + "' is not a protocol.",
                        near == null ? "Write TCP or UDP." : "Write " + near + ".");
                yield null;
            }
        };
    }

    private static @Nullable TargetPort targetPort(Fields port, @Nullable Integer number) {
        JsonNode written = port.node().get("targetPort");
        if (written != null && written.isString()) {
            String name = written.stringValue();
            if (name.chars().allMatch(Character::isDigit)) {
                port.error(
                        "targetPort",
                        "'" + Suggest.shorten(name) + "' is a name without a letter.",
                        "Remove the quotes.");
                return null;
            }
            return new TargetPort.Named(name);
        }
        Integer target = written == null || written.isNull() ? number : port.integer("targetPort", 1, 65_535);
        return target == null ? null : new TargetPort.Numbered(target);
    }
}
