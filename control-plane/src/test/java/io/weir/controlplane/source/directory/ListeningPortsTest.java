package io.weir.controlplane.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Transport;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListeningPortsTest {

    private static final InetAddress OWN = InetAddress.ofLiteral("127.77.3.9");

    @Test
    void a_port_is_open_at_its_own_address_only_and_until_it_is_closed() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, OWN)) {
            port = socket.getLocalPort();
            assertThat(ListeningPorts.now().at(Transport.TCP, "127.77.3.9", port))
                    .isTrue();
            assertThat(ListeningPorts.now().at(Transport.TCP, "127.77.3.8", port))
                    .isFalse();
            assertThat(ListeningPorts.now().at(Transport.UDP, "127.77.3.9", port))
                    .isFalse();
        }
        assertThat(ListeningPorts.now().at(Transport.TCP, "127.77.3.9", port)).isFalse();
    }

    @Test
    void a_port_at_every_address_is_open_at_each() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            assertThat(ListeningPorts.now().at(Transport.TCP, "127.77.3.9", socket.getLocalPort()))
                    .isTrue();
        }
    }

    @Test
    void ports_at_every_address_are_told_apart_from_those_at_one() throws Exception {
        try (ServerSocket everywhere = new ServerSocket(0);
                ServerSocket own = new ServerSocket(0, 1, OWN)) {
            assertThat(ListeningPorts.now().atAllAddresses())
                    .contains(everywhere.getLocalPort())
                    .doesNotContain(own.getLocalPort());
        }
    }

    @Test
    void a_datagram_port_is_open_when_bound() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(OWN, 0))) {
            assertThat(ListeningPorts.now().at(Transport.UDP, "127.77.3.9", socket.getLocalPort()))
                    .isTrue();
        }
    }

    @Test
    void an_ipv4_address_in_an_ipv6_socket_counts_and_a_connection_does_not(@TempDir Path net) throws Exception {
        Files.writeString(net.resolve("tcp6"), """
                  sl  local_address remote_address st
                   0: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 0
                """);
        Files.writeString(net.resolve("tcp"), """
                  sl  local_address rem_address st
                   0: 0100007F:0051 0200007F:C350 01 0
                """);
        ListeningPorts open = ListeningPorts.read(net);
        assertThat(open.at(Transport.TCP, "127.0.0.1", 8080)).isTrue();
        assertThat(open.at(Transport.TCP, "127.0.0.1", 81)).isFalse();
    }
}
