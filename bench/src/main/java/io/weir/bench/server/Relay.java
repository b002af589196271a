package io.weir.bench.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes TCP connections at one address and carries all that is said to another, for those in a network from which the
 * other is not reached.
 */
final class Relay implements Closeable {

    private static final int WAITING = 8;

    private final ServerSocket listener;
    private final InetSocketAddress to;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Relay(ServerSocket listener, InetSocketAddress to) {
        this.listener = listener;
        this.to = to;
    }

    static Relay start(InetSocketAddress at, InetSocketAddress to) throws IOException {
        Relay relay = new Relay(new ServerSocket(at.getPort(), WAITING, at.getAddress()), to);
        Thread.ofVirtual().start(relay::accept);
        return relay;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                open.add(caller);
                Thread.ofVirtual().start(() -> carry(caller));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void carry(Socket caller) {
        try (caller;
                Socket server = new Socket(to.getAddress(), to.getPort())) {
            open.add(server);
            caller.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> pump(server, caller));
            pump(caller, server);
            back.join();
            open.remove(server);
        } catch (IOException _) {
            // Nobody listens there: the caller sees its connection end, and comes back.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(caller);
        }
    }

    /** Until one of them ends; then the other does. */
    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // One of them broke off: both see that their connection has ended.
        }
    }

    /** Takes no more, and ends those that are open. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
