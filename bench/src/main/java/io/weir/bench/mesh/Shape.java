package io.weir.bench.mesh;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How large a mesh is. What is in it follows from these numbers alone, so that two runs serve the same.
 *
 * <p>Apps with sidecars, of which {@code clients} connect, stand in sets of {@code endpoints} each; a service is answered
 * by one set. Sets run as accounts, two in each namespace, and accounts are what may be called.
 *
 * @param services in all, those that change among them
 * @param endpoints of each
 * @param namespaces over which they are spread
 * @param clients sidecars that connect
 * @param visible services that a client may call, about
 */
public record Shape(int services, int endpoints, int namespaces, int clients, int visible) {

    /** Root and two backends of the split, and the service whose endpoint moves. */
    private static final int SPECIAL = 4;

    private static final int ACCOUNTS_OF_A_NAMESPACE = 2;

    public Shape {
        if (services <= SPECIAL || endpoints < 1 || namespaces < 1 || clients < 1 || visible < 1) {
            throw new IllegalArgumentException("too small: " + services + " services (5 or more), " + endpoints
                    + " endpoints, " + namespaces + " namespaces, " + clients + " clients, " + visible + " visible");
        }
    }

    public Shape withServices(int count) {
        return new Shape(count, endpoints, namespaces, clients, visible);
    }

    public Shape withClients(int count) {
        return new Shape(services, endpoints, namespaces, count, visible);
    }

    /** Services that nothing happens to. */
    int quietServices() {
        return services - SPECIAL;
    }

    int accounts() {
        return namespaces * ACCOUNTS_OF_A_NAMESPACE;
    }

    int sets() {
        return Math.max(accounts(), clients / endpoints);
    }

    /** Apps with sidecars; clients are the first of them. */
    int apps() {
        return Math.max(clients, sets() * endpoints);
    }

    int setOfApp(int app) {
        return app % sets();
    }

    List<Integer> appsOfSet(int set) {
        return IntStream.range(0, apps())
                .filter(app -> setOfApp(app) == set)
                .boxed()
                .toList();
    }

    int setOfService(int service) {
        return service % sets();
    }

    int accountOfSet(int set) {
        return set % accounts();
    }

    /** The namespace of an account, and of what runs as it. */
    String namespace(int account) {
        return "bench-" + account % namespaces;
    }

    /** {@code namespace/name} of the app whose sidecar is the n-th client. */
    public String client(int client) {
        return namespace(accountOfSet(setOfApp(client))) + "/app-" + client;
    }

    /** The service account of the app whose sidecar is the n-th client. */
    public String account(int client) {
        return "account-" + accountOfSet(setOfApp(client));
    }

    /** Whether one account may call another. All may call the first, where the changes are. */
    boolean mayCall(int caller, int called) {
        int others = Math.min(accounts() - 1, Math.max(0, visible * accounts() / services - 1));
        return called == 0 || Math.floorMod(called - 1 - caller, accounts() - 1) < others;
    }
}
