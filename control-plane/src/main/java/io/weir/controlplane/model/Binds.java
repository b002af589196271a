package io.weir.controlplane.model;

import io.weir.smi.wellknown.Sidecar;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * How traffic gets to a sidecar. Sealed: in a cluster the kernel of the pod redirects it, or the app calls by addresses
 * of the sidecar's; on one machine every sidecar has loopback addresses of its own.
 */
public sealed interface Binds {

    /** The addresses from which the workload's datagrams come, and at which it is reached; never empty. */
    List<String> addresses();

    /** Whether callers of a port of the workload meet the sidecar; where not, they reach the app itself. */
    boolean guards(int port, Transport transport);

    /**
     * Loopback addresses of one sidecar among many on one machine. For a service port the sidecar listens at address
     * {@code block + slot.offset} and port {@code slot.port}, with the {@link LoopbackSlot} of the model.
     *
     * @param address the sidecar's own address: inbound bind and source of its upstream connections
     * @param httpProxyPort the port at {@code address} of its forward proxy for HTTP
     * @param block the first IPv4 address of the sidecar's block of per-service addresses, as a number
     */
    record Loopback(String address, int httpProxyPort, int block) implements Binds {
        @Override
        public List<String> addresses() {
            return List.of(address);
        }

        @Override
        public boolean guards(int port, Transport transport) {
            return true;
        }
    }

    /**
     * A pod whose kernel redirects what arrives and what its app sends over TCP; the sidecar then sees the address that
     * was meant. Of UDP only declared ports are redirected, and only what arrives.
     *
     * @param addresses the pod's own, IPv4 or IPv6, the primary one first
     * @param udpPorts by the app's UDP port, where the sidecar listens for it
     * @param excludedPorts TCP ports at which callers reach the app itself
     */
    record Redirected(List<String> addresses, SortedMap<Integer, Integer> udpPorts, SortedSet<Integer> excludedPorts)
            implements Binds {

        /** The sidecar's own: no app's traffic goes through them. */
        private static final Set<Integer> OWN_PORTS =
                Set.of(Sidecar.OUTBOUND_PORT, Sidecar.INBOUND_PORT, Sidecar.METRICS_PORT, Sidecar.HEALTH_PORT);

        public Redirected {
            addresses = List.copyOf(addresses);
            udpPorts = Sorted.map(udpPorts);
            excludedPorts = Sorted.set(excludedPorts);
        }

        @Override
        public boolean guards(int port, Transport transport) {
            return switch (transport) {
                case TCP -> !excludedPorts.contains(port) && !OWN_PORTS.contains(port);
                case UDP -> udpPorts.containsKey(port);
            };
        }
    }

    /**
     * A pod without redirection. Its app calls through the sidecar's forward proxy, or by the sidecar's loopback address
     * of a service; callers reach the app itself, in plaintext, so nothing is enforced there.
     *
     * @param addresses the pod's own, IPv4 or IPv6, the primary one first
     */
    record Explicit(List<String> addresses) implements Binds {
        public Explicit {
            addresses = List.copyOf(addresses);
        }

        @Override
        public boolean guards(int port, Transport transport) {
            return false;
        }
    }
}
