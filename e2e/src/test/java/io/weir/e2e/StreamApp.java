package io.weir.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A TCP app: answers every line with its name, its port and the line; may speak first. */
final class StreamApp implements AutoCloseable {

    private final String name;
    private final String greeting;
    private final String address;
    private final List<ServerSocket> servers = new ArrayList<>();

    private StreamApp(String name, String greeting, String address) {
        this.name = name;
        this.greeting = greeting;
        this.address = address;
    }

    static StreamApp listening(String name, int... ports) {
        return greeting(name, "", ports);
    }

    /** Sends {@code greeting} as soon as a connection opens, as mail and database servers do. */
    static StreamApp greeting(String name, String greeting, int... ports) {
        StreamApp app = new StreamApp(name, greeting, Loopback.address(ports));
        for (int port : ports) {
            app.listen(port);
        }
        return app;
    }

    private void listen(int port) {
        try {
            ServerSocket server = new ServerSocket();
            server.bind(new InetSocketAddress(address, port));
            servers.add(server);
            Thread.ofVirtual().start(() -> accept(server, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket server, int port) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket, port));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void echo(Socket socket, int port) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            OutputStream out = socket.getOutputStream();
            out.write(greeting.getBytes(StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write((name + " " + port + " " + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException clientGone) {
            return;
        }
    }

    String address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket server : servers) {
            server.close();
        }
    }
}
