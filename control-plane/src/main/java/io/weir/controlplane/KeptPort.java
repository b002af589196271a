package io.weir.controlplane;

import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.source.directory.Sysctl;
import java.io.IOException;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The xDS server's port, kept from run to run: running Envoys know no other than the one they were started with.
 *
 * <p>It is none of those that the system gives to clients. While a control plane is away, any connection of this
 * machine might be given its port, and nobody can listen there until a minute after that connection has ended.
 */
final class KeptPort {

    /** Listens at a port, 0 for any. */
    @FunctionalInterface
    interface Listening<T> {

        T at(int port) throws IOException;
    }

    private static final Logger log = LoggerFactory.getLogger(KeptPort.class);

    private static final String FILE = "xds-port";
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 65_535;
    private static final int ENOUGH = 500;
    private static final int TRIES = 20;

    private KeptPort() {}

    /**
     * Listens where it did before, else at a new port.
     *
     * @throws IOException if no port can be had
     */
    static <T> T listen(StateFolder state, Listening<T> listening) throws IOException {
        Integer kept = kept(state);
        if (kept != null) {
            try {
                return listening.at(kept);
            } catch (IOException taken) {
                log.warn("port {} is taken; proxies that know it must be started again", kept);
            }
        }
        int[] candidates = candidates(clientPorts(), new Random());
        for (int i = 0; ; i++) {
            try {
                T listener = listening.at(candidates[i]);
                state.write(FILE, Integer.toString(candidates[i]));
                return listener;
            } catch (IOException taken) {
                if (i + 1 == candidates.length) {
                    throw taken;
                }
                log.debug("port {} is taken", candidates[i], taken);
            }
        }
    }

    private static @Nullable Integer kept(StateFolder state) throws IOException {
        String text = state.read(FILE);
        try {
            return text == null ? null : Integer.valueOf(text.strip());
        } catch (NumberFormatException e) {
            log.warn("{} holds no port, so there will be a new one", state.file(FILE));
            return null;
        }
    }

    /** Ports to try: below those of clients, else above, else among them. */
    static int[] candidates(ClientPorts clients, Random random) {
        boolean below = clients.first() - LOWEST >= ENOUGH;
        boolean above = HIGHEST - clients.last() >= ENOUGH;
        int first = below || !above ? LOWEST : clients.last() + 1;
        int end = below ? clients.first() : HIGHEST + 1;
        return IntStream.generate(() -> random.nextInt(first, end)).limit(TRIES).toArray();
    }

    /** The ports that the system gives to clients. */
    record ClientPorts(int first, int last) {}

    static ClientPorts clientPorts() {
        try {
            String[] range = Sysctl.read("net/ipv4/ip_local_port_range").split("\\s+", -1);
            return new ClientPorts(Integer.parseInt(range[0]), Integer.parseInt(range[1]));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
            log.debug("not Linux as we know it", unknown);
            return new ClientPorts(32_768, 60_999);
        }
    }
}
