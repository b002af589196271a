package io.weir.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An app that reads each request and resets the connection instead of an answer. */
final class ResettingApp implements AutoCloseable {

    private final String address;
    private final ServerSocket server;

    private ResettingApp(String address, ServerSocket server) {
        this.address = address;
        this.server = server;
        Thread.ofVirtual().name("resetting app").start(this::accept);
    }

    /** Listens on this port of an address of its own. */
    static ResettingApp listening(int port) throws IOException {
        String address = Loopback.address(port);
        return new ResettingApp(address, new ServerSocket(port, 50, InetAddress.ofLiteral(address)));
    }

    private void accept() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                String line = in.readLine();
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                // What is closed with nothing to wait for is reset.
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    String address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
