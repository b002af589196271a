package io.weir.bench.server;

import io.weir.bench.client.Target;
import io.weir.bench.client.Who;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Any server, which runs already and serves what it has.
 *
 * @param name for people
 */
public record OtherServer(String name, Target target, List<Who> clients, Cost cost) {

    public OtherServer {
        clients = List.copyOf(clients);
    }

    /**
     * Reads what clients show it.
     *
     * @param nodes when clients say who they are
     * @param secrets that a client asks for
     * @throws IllegalArgumentException if something that was given is not as it has to be
     */
    public static OtherServer of(
            Address address,
            Credentials credentials,
            NodePattern node,
            Target.Nodes nodes,
            List<String> secrets,
            int clients,
            Cost cost)
            throws IOException {
        List<String> tokens = credentials.tokens(clients);
        Target target = new Target(address.resolved(), credentials.tls(), address.name(), secrets, nodes);
        List<Who> all = IntStream.range(0, clients)
                .mapToObj(client -> new Who(node.of(client), token(tokens, client)))
                .toList();
        return new OtherServer(address.toString(), target, all, cost);
    }

    private static @Nullable String token(List<String> tokens, int client) {
        return tokens.isEmpty() ? null : tokens.get(tokens.size() == 1 ? 0 : client);
    }

    /**
     * Where it is.
     *
     * @param name the DNS name in its certificate
     */
    public record Address(String host, int port, String name) {

        /**
         * @param text {@code HOST:PORT}
         * @param name null: the host
         */
        public static Address of(String text, @Nullable String name) {
            int colon = text.lastIndexOf(':');
            String port = text.substring(colon + 1);
            if (colon < 1 || !port.matches("\\d{1,5}")) {
                throw new IllegalArgumentException("not HOST:PORT: " + text);
            }
            String host = text.substring(0, colon);
            return new Address(host, Integer.parseInt(port), name == null ? host : name);
        }

        private InetSocketAddress resolved() {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("no address of " + host + " is known");
            }
            return address;
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
