package io.weir.controlplane.xds.traffic;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;

/** Apps behind a sidecar: HTTP that tells what it saw, TCP and UDP that name themselves. */
final class Apps implements AutoCloseable {

    private final List<AutoCloseable> running = new ArrayList<>();

    /** Answers with its name, the request line and the headers; returns its port. */
    int http(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            StringBuilder seen = new StringBuilder(
                    name + ": " + exchange.getRequestMethod() + " " + exchange.getRequestURI() + "\n");
            exchange.getRequestHeaders()
                    .forEach((header, values) ->
                            seen.append(header).append(values).append('\n'));
            byte[] body = seen.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        running.add(() -> server.stop(0));
        return server.getAddress().getPort();
    }

    /** Speaks first: a banner with its name, then echoes. */
    int stream(String name) throws IOException {
        return accepting(socket -> {
            socket.getOutputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    /** Switches protocols whatever is asked, then echoes. */
    int upgrading() throws IOException {
        return accepting(socket -> {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            socket.getOutputStream()
                    .write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
            in.transferTo(socket.getOutputStream());
        });
    }

    /** gRPC without TLS: HTTP/2 from the first byte. */
    int grpc() throws IOException {
        Server server = Grpc.server(new InetSocketAddress(loopback(), 0));
        running.add(server::shutdownNow);
        return server.getPort();
    }

    private interface Conversation {
        void hold(Socket socket) throws IOException;
    }

    private int accepting(Conversation conversation) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, loopback());
        running.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> hold(conversation, socket));
                } catch (IOException e) {
                    return; // closed at the end of the test
                }
            }
        });
        return server.getLocalPort();
    }

    private static void hold(Conversation conversation, Socket socket) {
        try (socket) {
            conversation.hold(socket);
        } catch (IOException e) {
            return; // the caller hung up, as the refused do
        }
    }

    /** Answers each datagram with its name. */
    int datagrams(String name) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(loopback(), 0));
        running.add(socket);
        Thread.ofVirtual().start(() -> {
            byte[] answer = name.getBytes(StandardCharsets.UTF_8);
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                    socket.receive(packet);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                } catch (IOException e) {
                    return; // closed at the end of the test
                }
            }
        });
        return socket.getLocalPort();
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable one : running) {
            one.close();
        }
    }
}
