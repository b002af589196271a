package io.weir.e2e;

import io.weir.e2e.HttpConnection.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends one request after the other. */
sealed interface Caller extends AutoCloseable {

    String ON_NEW_CONNECTIONS = "a new connection";
    String ON_NEW_TCP_CONNECTIONS = "a new TCP connection";

    /**
     * One request.
     *
     * @return the name of the app that answered
     * @throws IOException if there is no answer, or another one than it should be
     */
    String call() throws IOException;

    @Override
    default void close() throws IOException {}

    /** HTTP through a forward proxy, on a connection that stays open; that it ends is a failure. */
    static Caller onOneConnection(InetSocketAddress proxy, String url) {
        return new OneConnection(proxy, url);
    }

    /** HTTP through a forward proxy, on a connection for each request. */
    static Caller onNewConnections(InetSocketAddress proxy, String url) {
        return new NewConnections(proxy, url);
    }

    /** Lines over TCP, on a connection that stays open; that it ends is a failure. */
    static Caller linesOnOneConnection(InetSocketAddress service) {
        return new LinesOnOne(service);
    }

    /** A line over TCP on a connection for each: between the sidecars that is a TLS handshake for each. */
    static Caller linesOnNewConnections(InetSocketAddress service) {
        return new LinesOnNew(service);
    }

    private static String app(HttpConnection connection, String url) throws IOException {
        Answer answer = connection.send("GET", url, URI.create(url).getAuthority(), List.of());
        if (answer.status() != 200) {
            throw new IOException(answer.toString());
        }
        if (answer.header("connection").equalsIgnoreCase("close")) {
            throw new IOException("the connection is ended: " + answer);
        }
        return answer.app();
    }

    /** After a failure it goes on with another connection. */
    final class OneConnection implements Caller {

        private final InetSocketAddress proxy;
        private final String url;
        private HttpConnection connection;

        private OneConnection(InetSocketAddress proxy, String url) {
            this.proxy = proxy;
            this.url = url;
        }

        @Override
        public String call() throws IOException {
            if (connection == null) {
                connection = new HttpConnection(proxy);
            }
            try {
                return app(connection, url);
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }

        @Override
        public String toString() {
            return "a kept connection";
        }
    }

    record NewConnections(InetSocketAddress proxy, String url) implements Caller {
        @Override
        public String call() throws IOException {
            try (HttpConnection connection = new HttpConnection(proxy)) {
                return app(connection, url);
            }
        }

        @Override
        public String toString() {
            return ON_NEW_CONNECTIONS;
        }
    }

    /** After a failure it goes on with another connection. */
    final class LinesOnOne implements Caller {

        private final InetSocketAddress service;
        private Line line;

        private LinesOnOne(InetSocketAddress service) {
            this.service = service;
        }

        @Override
        public String call() throws IOException {
            if (line == null) {
                line = Line.to(service);
            }
            try {
                return line.app();
            } catch (IOException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            if (line != null) {
                line.close();
                line = null;
            }
        }

        @Override
        public String toString() {
            return "a kept TCP connection";
        }
    }

    record LinesOnNew(InetSocketAddress service) implements Caller {
        @Override
        public String call() throws IOException {
            try (Line line = Line.to(service)) {
                return line.app();
            }
        }

        @Override
        public String toString() {
            return ON_NEW_TCP_CONNECTIONS;
        }
    }

    /** A connection to a TCP app that answers lines. */
    record Line(Socket socket, BufferedReader in) implements AutoCloseable {

        static Line to(InetSocketAddress service) throws IOException {
            Socket socket = new Socket();
            try {
                socket.setSoTimeout(10_000);
                socket.setTcpNoDelay(true);
                socket.connect(service, 5_000);
                return new Line(
                        socket,
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        String app() throws IOException {
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
            String answer = in.readLine();
            if (answer == null) {
                throw new IOException("the connection ended without an answer");
            }
            return answer.split(" ", 2)[0];
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
