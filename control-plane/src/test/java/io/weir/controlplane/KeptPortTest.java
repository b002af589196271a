package io.weir.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.KeptPort.ClientPorts;
import io.weir.controlplane.identity.state.StateFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptPortTest {

    @TempDir
    private Path dir;

    private StateFolder state;

    @BeforeEach
    void open() throws IOException {
        state = StateFolder.open(dir.resolve("state"));
    }

    private static ServerSocket at(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    private static List<Integer> candidates(ClientPorts clients) {
        return Arrays.stream(KeptPort.candidates(clients, new Random())).boxed().toList();
    }

    @Test
    void no_client_of_this_machine_is_given_the_port_while_the_control_plane_is_away() throws IOException {
        ClientPorts clients = KeptPort.clientPorts();
        try (ServerSocket socket = KeptPort.listen(state, KeptPortTest::at)) {
            assertThat(socket.getLocalPort())
                    .matches(port -> port < clients.first() || port > clients.last(), "none of " + clients);
        }
    }

    @Test
    void the_port_is_below_those_of_clients_or_above_or_else_any_that_needs_no_privilege() {
        assertThat(candidates(new ClientPorts(32_768, 60_999)))
                .isNotEmpty()
                .allMatch(port -> port >= 20_000 && port < 32_768);
        assertThat(candidates(new ClientPorts(10_000, 60_999)))
                .isNotEmpty()
                .allMatch(port -> port > 60_999 && port <= 65_535);
        assertThat(candidates(new ClientPorts(1024, 65_535)))
                .isNotEmpty()
                .allMatch(port -> port >= 20_000 && port <= 65_535);
    }

    @Test
    void it_is_the_same_from_run_to_run_and_another_once_it_is_taken() throws IOException {
        int first;
        try (ServerSocket socket = KeptPort.listen(state, KeptPortTest::at)) {
            first = socket.getLocalPort();
        }
        int second;
        try (ServerSocket other = KeptPort.listen(state, KeptPortTest::at);
                ServerSocket socket = KeptPort.listen(state, KeptPortTest::at)) {
            assertThat(other.getLocalPort()).isEqualTo(first);
            second = socket.getLocalPort();
            assertThat(second).isNotEqualTo(first);
        }
        try (ServerSocket socket = KeptPort.listen(state, KeptPortTest::at)) {
            assertThat(socket.getLocalPort()).isEqualTo(second);
        }
    }

    @Test
    void a_file_that_holds_no_port_is_replaced() throws IOException {
        state.write("xds-port", "");
        int port;
        try (ServerSocket socket = KeptPort.listen(state, KeptPortTest::at)) {
            port = socket.getLocalPort();
        }
        assertThat(state.read("xds-port")).isEqualTo(Integer.toString(port));
    }
}
