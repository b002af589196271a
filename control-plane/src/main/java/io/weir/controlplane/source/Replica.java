package io.weir.controlplane.source;

import io.weir.controlplane.model.Binds;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.KeySource;
import io.weir.controlplane.model.Sorted;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.model.WorkloadKey;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One running replica: a Pod, or a replica of a standalone Workload.
 *
 * @param uid tells it from an earlier replica of the same name
 * @param workload the name of what owns it: a Deployment, or the standalone Workload
 * @param owners what it belongs to, nearest first: of a Deployment's pod the ReplicaSet, then the Deployment; empty for a pod
 *     that someone made by hand
 * @param node where it runs; empty on one machine
 * @param ordinal which replica of its owner it is, from 0
 * @param ports those it declares, in the order written
 * @param ready whether it takes traffic
 * @param appAddress the IP address where the app listens
 * @param sidecar null for a workload without one
 * @param start how to start the app; null where it is started by someone else
 */
public record Replica(
        WorkloadKey key,
        String uid,
        String workload,
        List<Owner> owners,
        String node,
        int ordinal,
        String serviceAccount,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        List<Port> ports,
        boolean ready,
        String appAddress,
        @Nullable Sidecar sidecar,
        @Nullable Start start) {

    public Replica {
        owners = List.copyOf(owners);
        labels = Sorted.map(labels);
        annotations = Sorted.map(annotations);
        ports = List.copyOf(ports);
    }

    public Identity identity() {
        return new Identity(key.namespace(), serviceAccount);
    }

    /**
     * What a started app is told, besides the environment its Workload declares: HOST, where to listen, and for each
     * port PORT_NAME (upper case, dashes as underscores; the number where a port has no name).
     */
    public SortedMap<String, String> environment() {
        TreeMap<String, String> environment = new TreeMap<>();
        if (start != null) {
            environment.putAll(start.env());
        }
        environment.put("HOST", appAddress);
        for (Port port : ports) {
            String name = port.name().isEmpty() ? Integer.toString(port.port()) : port.name();
            environment.put(
                    "PORT_" + name.replace('-', '_').toUpperCase(Locale.ROOT), Integer.toString(port.appPort()));
        }
        return Collections.unmodifiableSortedMap(environment);
    }

    /**
     * An object in the replica's namespace that it belongs to.
     *
     * @param kind as objects spell it: {@code ReplicaSet}
     */
    public record Owner(String kind, String name) {}

    /**
     * A port that the app listens on.
     *
     * @param name empty if it has none
     * @param appProtocol as written
     * @param appPort where the app really listens; differs from {@code port} only for a started app whose port may
     *     not be bound without privileges
     */
    public record Port(
            int port,
            String name,
            Transport transport,
            @Nullable String appProtocol,
            int appPort) {}

    /**
     * The replica's own Envoy.
     *
     * @param binds how traffic gets to it
     * @param inboundAddress where its app's callers reach it
     * @param inboundPorts which port it binds there for a port of the workload
     */
    public record Sidecar(Binds binds, String inboundAddress, PortBinding inboundPorts, KeySource keySource) {

        /** In a pod, callers use the pod's address and the app's own ports. */
        public static Sidecar inPod(Binds binds, KeySource keySource) {
            return new Sidecar(binds, binds.addresses().getFirst(), PortBinding.same(), keySource);
        }
    }

    /** The command that starts the app and the environment that its Workload declares; values may be secret. */
    public record Start(List<String> command, SortedMap<String, String> env) {
        public Start {
            command = List.copyOf(command);
            env = Sorted.map(env);
        }

        @Override
        public String toString() {
            return "Start[command=" + command + ", env=" + env.keySet() + "]";
        }
    }
}
