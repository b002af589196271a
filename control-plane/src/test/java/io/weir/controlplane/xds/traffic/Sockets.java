package io.weir.controlplane.xds.traffic;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Plain clients of TCP and UDP. */
final class Sockets {

    private Sockets() {}

    /** What the other side says unasked, up to a line of the store's; empty where it closes. */
    static String firstWord(InetSocketAddress to) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(5_000);
            socket.connect(to, 5_000);
            return new String(socket.getInputStream().readNBytes("store\n".length()), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return ""; // reset instead of closed
        }
    }

    /** All that comes back until the other side closes. */
    static String answer(InetSocketAddress to, String words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(5_000);
            socket.connect(to, 5_000);
            socket.getOutputStream().write(words.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return ""; // reset instead of closed
        }
    }

    /** The answer to a datagram, empty where none comes soon. */
    static String datagram(String from, InetSocketAddress to) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
            socket.setSoTimeout(500);
            socket.send(new DatagramPacket(new byte[] {'?'}, 1, to));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return "";
        }
    }
}
