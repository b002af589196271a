package io.weir.controlplane.standalone;

import io.weir.controlplane.model.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One replica that should run on this machine: its sidecar, and its app where there is a command for it.
 *
 * @param name the replica's name, within {@code namespace}
 * @param uid tells a replica from an earlier one of the same name; a replica with another uid is another replica
 * @param serviceAccount the account's name, in {@code namespace}
 * @param sidecarAddress the sidecar's own 127/8 address: where it listens, and the source of what it sends; null: it has
 *     no sidecar
 * @param httpProxy {@code address:port} of the sidecar's forward proxy for HTTP; null: it has no sidecar
 * @param appAddress where the app listens
 * @param ports the app's ports
 * @param command null: someone else starts the app
 * @param env added to the app's environment; wins over what the supervisor sets
 * @param services what the app may call, by the address at which the sidecar listens for it; without a sidecar, that of a
 *     workload behind it
 */
public record DesiredReplica(
        String namespace,
        String name,
        String uid,
        String serviceAccount,
        @Nullable String sidecarAddress,
        @Nullable String httpProxy,
        String appAddress,
        List<PortBinding> ports,
        @Nullable List<String> command,
        SortedMap<String, String> env,
        List<ServiceAddress> services) {

    public DesiredReplica {
        ports = List.copyOf(ports);
        command = command == null ? null : List.copyOf(command);
        env = new TreeMap<>(env);
        services = List.copyOf(services);
    }

    /**
     * A port of the app.
     *
     * @param name as the Workload names it; empty: it has no name
     * @param port the number that policies speak of
     * @param appPort where the app listens, at {@link #appAddress}
     * @param bindPort where the sidecar listens for it, at {@link #sidecarAddress}; without one, the same as appPort
     */
    public record PortBinding(String name, int port, int appPort, int bindPort, Transport transport) {}

    /**
     * A service port, as the replica's own sidecar offers it.
     *
     * @param service {@code namespace/name}
     * @param address where the sidecar listens
     * @param port the service's port
     * @param bindPort the port at {@code address}; differs from {@code port} where that may not be bound
     * @param name the port's name in the Service; empty: it has none
     */
    public record ServiceAddress(
            String service, String address, int port, int bindPort, Transport transport, String name) {}

    static final Comparator<DesiredReplica> ORDER =
            Comparator.comparing(DesiredReplica::namespace).thenComparing(DesiredReplica::name);

    /** An address that no other replica has. */
    String place() {
        return sidecarAddress == null ? appAddress : sidecarAddress;
    }

    /** {@code namespace/name}. */
    public String key() {
        return namespace + "/" + name;
    }

    /**
     * Whether the same processes may go on when this becomes {@code next}. Services may come and go: an app keeps the
     * variables it was started with, as in a cluster.
     */
    boolean sameRun(DesiredReplica next) {
        return withoutServices().equals(next.withoutServices());
    }

    private DesiredReplica withoutServices() {
        return new DesiredReplica(
                namespace,
                name,
                uid,
                serviceAccount,
                sidecarAddress,
                httpProxy,
                appAddress,
                ports,
                command,
                env,
                List.of());
    }
}
