package io.weir.controlplane.xds.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** HTTP/1.1 as bytes, because clients tidy up just what these tests are about. */
final class Http {

    private Http() {}

    /**
     * @param status of the response; 0 where the connection ended without one
     */
    record Response(int status, String text) {}

    /** Sends lines (request line and headers, without Host or Connection unless given) and reads to the end. */
    static Response send(InetSocketAddress to, String... lines) throws IOException {
        StringBuilder request = new StringBuilder();
        for (String line : lines) {
            request.append(line).append("\r\n");
        }
        request.append("Connection: close\r\n\r\n");
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(to, 5_000);
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            return response(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    /**
     * Asks a proxy for a tunnel, speaks through it, and listens until it hears what it waits for or the other side
     * closes.
     *
     * @throws IOException with the proxy's answer, where there is no tunnel
     */
    static String tunnel(InetSocketAddress proxy, String authority, String words, String awaited) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(proxy, 5_000);
            write(socket, "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
            String head = read(socket, "\r\n\r\n");
            if (!head.startsWith("HTTP/1.1 200")) {
                throw new IOException(head);
            }
            write(socket, words);
            return read(socket, awaited);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(Socket socket, String awaited) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            int next = 0;
            while (text.indexOf(awaited) < 0 && (next = socket.getInputStream().read()) >= 0) {
                text.append((char) next);
            }
        } catch (SocketException e) {
            return text.toString(); // reset instead of closed
        }
        return text.toString();
    }

    private static Response response(String text) {
        return text.startsWith("HTTP/1.")
                ? new Response(Integer.parseInt(text.substring(9, 12)), text)
                : new Response(0, text);
    }
}
