package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.decode.Fields;
import io.weir.controlplane.source.decode.KubernetesKinds;
import io.weir.controlplane.source.kubernetes.Pod.Network;
import io.weir.controlplane.source.kubernetes.Pod.Stage;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Pods, and what is the same in all metadata. */
final class PodDecoder {

    private static final String OURS = "weir.io/";

    private PodDecoder() {}

    static Pod pod(ObjectRef ref, Fields document) {
        Fields metadata = document.object("metadata");
        Fields spec = document.object("spec");
        Fields status = document.object("status");
        Stage stage = stage(metadata, status);
        List<String> addresses = addresses(status);
        TreeMap<String, String> annotations = new TreeMap<>(ours(metadata.textMap("annotations")));
        // It may hold the probes that were replaced, which nobody here reads.
        String sidecar = annotations.remove(Keys.SIDECAR);
        return new Pod(
                new WorkloadKey(ref.namespace(), ref.name()),
                metadata.text("uid", ""),
                created(metadata),
                stage,
                Boolean.TRUE.equals(spec.bool("hostNetwork")) ? Network.NODE : Network.OWN,
                stage == Stage.LIVE && ready(status),
                addresses,
                spec.text("serviceAccountName", "default"),
                metadata.textMap("labels"),
                annotations,
                ports(spec),
                hasProxy(spec) ? binds(InjectedSidecar.parse(sidecar), addresses) : null,
                keySource(spec),
                spec.text("nodeName", ""),
                owner(metadata));
    }

    /** Labels or annotations that the mesh reads; others change without meaning anything here. */
    static SortedMap<String, String> ours(SortedMap<String, String> all) {
        TreeMap<String, String> ours = new TreeMap<>();
        for (Map.Entry<String, String> entry : all.tailMap(OURS).entrySet()) {
            if (!entry.getKey().startsWith(OURS)) {
                break;
            }
            ours.put(entry.getKey(), entry.getValue());
        }
        return Sorted.map(ours);
    }

    /** The controller, of which there is at most one. */
    static Replica.@Nullable Owner owner(Fields metadata) {
        for (Fields owner : metadata.objects("ownerReferences")) {
            if (Boolean.TRUE.equals(owner.bool("controller"))) {
                String kind = owner.text("kind");
                String name = owner.text("name");
                return kind == null || name == null ? null : new Replica.Owner(kind, name);
            }
        }
        return null;
    }

    static Instant created(Fields metadata) {
        String written = metadata.text("creationTimestamp");
        try {
            return written == null ? Instant.EPOCH : Instant.parse(written);
        } catch (DateTimeParseException e) {
            metadata.error("creationTimestamp", "is not a time.", "Leave it to the API server.");
            return Instant.EPOCH;
        }
    }

    private static Stage stage(Fields metadata, Fields status) {
        return switch (status.text("phase", "")) {
            case "Succeeded", "Failed" -> Stage.FINISHED;
            default -> metadata.has("deletionTimestamp") ? Stage.TERMINATING : Stage.LIVE;
        };
    }

    private static boolean ready(Fields status) {
        return status.objects("conditions").stream()
                .anyMatch(condition -> condition.text("type", "").equals("Ready")
                        && condition.text("status", "").equals("True"));
    }

    private static List<String> addresses(Fields status) {
        Set<String> four = new LinkedHashSet<>();
        Set<String> six = new LinkedHashSet<>();
        for (Fields entry : status.objects("podIPs")) {
            add(entry, "ip", four, six);
        }
        add(status, "podIP", four, six);
        List<String> addresses = new ArrayList<>(four);
        addresses.addAll(six);
        return addresses;
    }

    private static void add(Fields fields, String field, Set<String> four, Set<String> six) {
        String written = fields.text(field, "");
        if (written.isEmpty()) {
            return;
        }
        switch (Addresses.family(written)) {
            case IPV4 -> four.add(written);
            case IPV6 -> six.add(written);
            case null -> fields.error(field, "is not an IP address.", "Leave the status to the kubelet.");
        }
    }

    /** The annotation alone proves nothing: it may have been copied from another pod. */
    private static boolean hasProxy(Fields spec) {
        return Stream.of("containers", "initContainers")
                .flatMap(field -> spec.objects(field).stream())
                .anyMatch(container -> container.text("name", "").equals(Sidecar.PROXY_CONTAINER));
    }

    /** Told by the volume, which the kubelet fills: an annotation may have been copied from another pod. */
    private static KeySource keySource(Fields spec) {
        return spec.objects("volumes").stream()
                        .filter(volume -> volume.text("name", "").equals(Sidecar.CREDENTIALS_VOLUME))
                        .flatMap(volume -> volume.object("projected").objects("sources").stream())
                        .map(source -> source.object("podCertificate"))
                        .anyMatch(certificate -> certificate
                                        .text("signerName", "")
                                        .equals(Sidecar.POD_CERTIFICATE_SIGNER)
                                && certificate.text("credentialBundlePath", "").equals(Sidecar.BUNDLE_FILE))
                ? KeySource.NODE
                : KeySource.CONTROL_PLANE;
    }

    private static @Nullable Binds binds(@Nullable InjectedSidecar sidecar, List<String> addresses) {
        if (sidecar == null || addresses.isEmpty()) {
            return null;
        }
        return switch (sidecar.interception()) {
            case REDIRECT -> new Binds.Redirected(addresses, sidecar.udpPorts(), sidecar.excludedInboundPorts());
            case EXPLICIT -> new Binds.Explicit(addresses);
        };
    }

    /** Declared ports, also of init containers that go on running; of two with one number the first counts. */
    private static List<Replica.Port> ports(Fields spec) {
        List<Fields> containers = new ArrayList<>(spec.objects("containers"));
        for (Fields container : spec.objects("initContainers")) {
            if (container.text("restartPolicy", "").equals("Always")) {
                containers.add(container);
            }
        }
        List<Replica.Port> ports = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Fields container : containers) {
            if (container.text("name", "").equals(Sidecar.PROXY_CONTAINER)) {
                continue;
            }
            for (Fields port : container.objects("ports")) {
                Integer number = port.requiredPort("containerPort");
                Transport transport = KubernetesKinds.transport(port);
                if (number != null && transport != null && seen.add(number + "/" + transport)) {
                    ports.add(new Replica.Port(number, port.text("name", ""), transport, null, number));
                }
            }
        }
        return ports;
    }
}
