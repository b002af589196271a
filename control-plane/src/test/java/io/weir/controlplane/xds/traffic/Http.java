package io.weir.controlplane.xds.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
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

    private static Response response(String text) {
        return text.startsWith("HTTP/1.")
                ? new Response(Integer.parseInt(text.substring(9, 12)), text)
                : new Response(0, text);
    }
}
