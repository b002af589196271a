package io.weir.e2e;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One HTTP/1.1 connection that sends exactly what a test says, path and repeated headers unchanged, and stays open from
 * request to request.
 */
final class HttpConnection implements AutoCloseable {

    /** An answer; the body is text. */
    record Answer(int status, List<String> headers, String body) {
        /** The name of the app that answered: the first word of the body. */
        String app() {
            return body.split(" ", 2)[0];
        }

        String header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    private final Closeable socket;
    private final InputStream in;
    private final OutputStream out;

    HttpConnection(InetSocketAddress address) throws IOException {
        Socket tcp = new Socket();
        tcp.setSoTimeout(20_000);
        tcp.setTcpNoDelay(true);
        tcp.connect(address, 5_000);
        socket = tcp;
        in = new BufferedInputStream(tcp.getInputStream());
        out = tcp.getOutputStream();
    }

    /** To a Unix domain socket, which is where Envoys have their admin interface. */
    HttpConnection(Path address) throws IOException {
        SocketChannel unix = SocketChannel.open(UnixDomainSocketAddress.of(address));
        socket = unix;
        in = new BufferedInputStream(Channels.newInputStream(unix));
        out = Channels.newOutputStream(unix);
    }

    /** Sends a request with an empty body; header lines as {@code name: value}. */
    Answer send(String method, String target, String host, List<String> headers) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        headers.forEach(line -> request.append(line).append("\r\n"));
        if (!List.of("GET", "HEAD").contains(method)) {
            request.append("Content-Length: 0\r\n");
        }
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        return read(method);
    }

    private Answer read(String method) throws IOException {
        String[] statusLine = line().split(" ", 3);
        List<String> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.add(line);
        }
        int status = Integer.parseInt(statusLine[1]);
        Answer head = new Answer(status, headers, "");
        if (method.equals("HEAD") || status == 204 || status == 304 || status / 100 == 1) {
            return head;
        }
        return new Answer(status, headers, body(head));
    }

    private String body(Answer head) throws IOException {
        if (head.header("transfer-encoding").equalsIgnoreCase("chunked")) {
            StringBuilder body = new StringBuilder();
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.append(text(size));
                line();
            }
            line();
            return body.toString();
        }
        String length = head.header("content-length");
        return length.isEmpty() ? "" : text(Integer.parseInt(length));
    }

    private String text(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("body ends after " + bytes.length + " of " + length + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("connection closed by the other side");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
