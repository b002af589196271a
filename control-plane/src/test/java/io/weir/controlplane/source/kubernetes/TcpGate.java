package io.weir.controlplane.source.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What can happen between a client and its server: connections break, are refused, or die without a word. */
public final class TcpGate implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean refusing;

    private TcpGate(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    /** Both ends are at 127.0.0.1. */
    public static TcpGate to(URI server) {
        try {
            TcpGate gate = new TcpGate(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()), server.getPort());
            Thread.ofVirtual().start(gate::accept);
            return gate;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Connections so far, refused ones too. */
    int accepted() {
        return accepted.get();
    }

    /** Breaks all connections. */
    public void cut() {
        connections.forEach(Connection::close);
    }

    /** Breaks all connections and every new one, until {@link #admit}. */
    void refuse() {
        refusing = true;
        cut();
    }

    void admit() {
        refusing = false;
    }

    /** Nothing more is heard over any connection there is now; neither end is told. */
    public void freeze() {
        connections.forEach(connection -> connection.frozen = true);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                if (refusing) {
                    client.close();
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                cut();
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException away) {
            client.close();
            return;
        }
        Connection connection = new Connection(client, server);
        connections.add(connection);
        Thread.ofVirtual().start(() -> connection.copy(client, server));
        Thread.ofVirtual().start(() -> connection.copy(server, client));
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private final class Connection {

        private final List<Socket> ends = new ArrayList<>();
        private volatile boolean frozen;

        Connection(Socket client, Socket server) {
            ends.add(client);
            ends.add(server);
        }

        void copy(Socket from, Socket to) {
            byte[] buffer = new byte[16_384];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int count;
                while ((count = in.read(buffer)) >= 0) {
                    if (!frozen) {
                        out.write(buffer, 0, count);
                    }
                }
            } catch (IOException broken) {
                frozen = false;
            }
            if (!frozen) {
                close();
            }
        }

        void close() {
            connections.remove(this);
            for (Socket end : ends) {
                try {
                    end.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
