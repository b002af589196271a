package io.weir.controlplane.source.kubernetes;

import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.ObjectRef;
import io.weir.controlplane.model.ServiceKey;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.source.Replica;
import io.weir.controlplane.source.ServiceEntry;
import io.weir.controlplane.source.ServiceEntry.TargetPort;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Trimmed objects in namespace shop, for tests of what follows from them together. */
final class Objects {

    static final String NAMESPACE = "shop";

    private Objects() {}

    static Held held(String kind, String name, String uid, Trimmed value) {
        return new Held(new ObjectRef(kind, NAMESPACE, name), uid, null, value, List.of());
    }

    static WorkloadKey key(String pod) {
        return new WorkloadKey(NAMESPACE, pod);
    }

    static WorkloadKey key(String namespace, String pod) {
        return new WorkloadKey(namespace, pod);
    }

    static Pod pod(String name, String uid, Pod.Stage stage, String... addresses) {
        return new Pod(
                key(name),
                uid,
                Instant.EPOCH,
                stage,
                Pod.Network.OWN,
                stage == Pod.Stage.LIVE,
                List.of(addresses),
                "web",
                Sorted.map(Map.of("app", "web")),
                Sorted.map(Map.<String, String>of()),
                List.of(new Replica.Port(8080, "http", Transport.TCP, null, 8080)),
                null,
                KeySource.CONTROL_PLANE,
                "n1",
                new Replica.Owner("ReplicaSet", "web-5d4"));
    }

    static Held asHeld(Pod pod) {
        return held("Pod", pod.key().name(), pod.uid(), new Trimmed.OfPod(pod));
    }

    static Held service(String name, String... portNames) {
        List<ServiceEntry.Port> ports = Arrays.stream(portNames)
                .map(port -> new ServiceEntry.Port(
                        80 + Arrays.asList(portNames).indexOf(port),
                        port,
                        Transport.TCP,
                        null,
                        new TargetPort.Numbered(8080)))
                .toList();
        return held(
                "Service",
                name,
                "",
                new Trimmed.OfServiceEntry(new ServiceEntry(
                        new ServiceKey(NAMESPACE, name),
                        Sorted.map(Map.of("app", "web")),
                        ports,
                        List.of("10.96.0.1"))));
    }

    static Held slice(String name, String service, Slice.Family family, Slice.Backend... backends) {
        return held(
                "EndpointSlice",
                name,
                "",
                new Trimmed.OfSlice(new Slice(
                        name,
                        new ServiceKey(NAMESPACE, service),
                        family,
                        List.of(new Slice.Port("http", Transport.TCP, 8080)),
                        List.of(backends))));
    }

    static Slice.Backend ready(String address, String pod, String uid) {
        return new Slice.Backend(address, true, false, new Slice.Target(key(pod), uid));
    }

    static Slice.Backend draining(String address, String pod, String uid) {
        return new Slice.Backend(address, false, true, new Slice.Target(key(pod), uid));
    }

    static Slice.Backend outside(String address) {
        return new Slice.Backend(address, true, false, null);
    }

    static Held owner(String replicaSet, String deployment) {
        return held(
                "ReplicaSet",
                replicaSet,
                "",
                new Trimmed.OfReplicaSet(
                        new ObjectRef("ReplicaSet", NAMESPACE, replicaSet),
                        new Replica.Owner("Deployment", deployment)));
    }

    static Held account(String name) {
        return held("ServiceAccount", name, "", new Trimmed.OfAccount(new Identity(NAMESPACE, name)));
    }
}
