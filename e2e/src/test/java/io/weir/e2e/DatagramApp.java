package io.weir.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A UDP app: answers every datagram with its name, its port and the datagram. */
final class DatagramApp implements AutoCloseable {

    private final String name;
    private final String address;
    private final List<DatagramSocket> sockets = new ArrayList<>();

    private DatagramApp(String name, String address) {
        this.name = name;
        this.address = address;
    }

    static DatagramApp listening(String name, int... ports) {
        DatagramApp app = new DatagramApp(name, Loopback.address(ports));
        for (int port : ports) {
            app.listen(port);
        }
        return app;
    }

    private void listen(int port) {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port));
            sockets.add(socket);
            Thread.ofPlatform().daemon().start(() -> answer(socket, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(DatagramSocket socket, int port) {
        byte[] buffer = new byte[2048];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                byte[] reply = (name + " " + port + " " + text).getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    String address() {
        return address;
    }

    @Override
    public void close() {
        sockets.forEach(DatagramSocket::close);
    }
}
