package io.weir.e2e;

import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.group;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.target;
import static io.weir.e2e.Manifests.tcpRoute;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of connections that are open while what they may do is taken away. */
final class OpenConnectionsTest {

    /** The drain time, and as much again for a busy machine. */
    private static final Duration LONGEST = Duration.ofSeconds(40);

    @Test
    void tcp_changes_bind_new_connections_and_end_old_ones_by_the_drain_time_and_a_websocket_stays() throws Exception {
        try (StreamApp lines = StreamApp.listening("lines", 9000);
                UpgradingApp chat = new UpgradingApp();
                TestMesh mesh = TestMesh.start(join(
                        workload("shop", "lines", lines.address(), "tcp:9000"),
                        service("shop", "lines", "lines", "tcp:9000"),
                        workload("shop", "chat", chat.address(), "http:8080"),
                        service("shop", "chat", "chat", "http:8080"),
                        client("shop", "client"),
                        tcpRoute("shop", "all"),
                        group("shop", "all", "{name: all}")))) {
            mesh.apply("lines.yaml", target("shop", "lines", "lines", List.of("shop/client"), "TCPRoute/all"));
            mesh.apply("chat.yaml", target("shop", "chat", "chat", List.of("shop/client"), "HTTPRouteGroup/all"));
            mesh.settle();
            try (Socket tcp = open(mesh.serviceAddress("shop/client", "shop/lines", 9000, Transport.TCP));
                    Socket socket = open(mesh.serviceAddress("shop/client", "shop/chat", 8080, Transport.TCP))) {
                assertThat(answer(tcp, "one")).isEqualTo("lines 9000 one");
                String upgrade = "GET / HTTP/1.1\r\nHost: chat\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r";
                assertThat(answer(socket, upgrade)).startsWith("HTTP/1.1 101");
                mesh.delete("lines.yaml");
                mesh.delete("chat.yaml");
                mesh.settle();
                assertThat(mesh.line("shop/client", "shop/lines", 9000, "two")).isEmpty();
                assertThat(mesh.get("shop/client", "http://chat.shop:8080/").status())
                        .isEqualTo(403);
                tcp.setSoTimeout((int) LONGEST.toMillis());
                assertThat(end(tcp)).isEqualTo(-1);
                assertThat(untilEcho(socket, "still here")).isEqualTo("still here");
            }
        }
    }

    private static Socket open(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(address, 5_000);
        return socket;
    }

    private static String answer(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        StringBuilder answer = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c != '\n' && c >= 0;
                c = socket.getInputStream().read()) {
            answer.append((char) c);
        }
        return answer.toString();
    }

    /** The end of a stream, however it comes. */
    private static int end(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    /** What is left of the answer's head may come first. */
    private static String untilEcho(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (String got = in.readLine(); got != null; got = in.readLine()) {
            if (got.equals(line)) {
                return got;
            }
        }
        return "";
    }

    /** Agrees to every upgrade and then gives back each line. */
    private static final class UpgradingApp implements AutoCloseable {

        private final String address = Loopback.address(8080);
        private final ServerSocket server = new ServerSocket();

        UpgradingApp() throws IOException {
            server.bind(new InetSocketAddress(address, 8080));
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private static void serve(Socket socket) {
            try (socket;
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {}
                String agreed = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
                socket.getOutputStream().write(agreed.getBytes(StandardCharsets.UTF_8));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
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
            server.close();
        }
    }
}
