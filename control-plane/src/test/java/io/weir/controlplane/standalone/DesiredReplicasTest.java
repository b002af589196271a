package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.controlplane.model.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;

class DesiredReplicasTest {

    @Test
    void what_is_written_is_read_back_whole() {
        DesiredReplicas desired = DesiredReplicas.of(
                "127.0.0.1:15010",
                "cluster.local",
                List.of(replica("b", List.of("sh", "-c", "true")), replica("a", null)),
                List.of("shop/b:53", "shop/a:53"));
        assertThat(DesiredReplicas.read(desired.json())).isEqualTo(desired);
        assertThat(desired.replicas()).extracting(DesiredReplica::name).containsExactly("a", "b");
        assertThat(desired.datagramsByAddress()).containsExactly("shop/a:53", "shop/b:53");
    }

    @Test
    void the_generation_follows_from_the_content_alone() {
        DesiredReplica one = replica("a", null);
        DesiredReplica two = replica("b", null);
        assertThat(DesiredReplicas.of("x", "t", List.of(one, two), List.of()))
                .isEqualTo(DesiredReplicas.of("x", "t", List.of(two, one), List.of()));
        assertThat(DesiredReplicas.of("x", "t", List.of(one), List.of()).generation())
                .isNotEqualTo(
                        DesiredReplicas.of("x", "t", List.of(two), List.of()).generation())
                .isNotEqualTo(DesiredReplicas.of("x", "t", List.of(one), List.of("shop/a:53"))
                        .generation());
    }

    @Test
    void something_else_is_refused() {
        assertThatThrownBy(() -> DesiredReplicas.read("[]")).isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> DesiredReplicas.read("<html>")).isInstanceOf(JacksonException.class);
    }

    @Test
    void the_admin_token_is_for_the_owner_and_never_printed(@TempDir Path state) throws Exception {
        AdminAddress address = new AdminAddress("127.0.0.1:1", "s3cret");
        address.write(state);
        assertThat(AdminAddress.read(state)).isEqualTo(address);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("admin.json"))))
                .isEqualTo("rw-------");
        assertThat(address.toString()).doesNotContain("s3cret");
    }

    static DesiredReplica replica(String name, List<String> command) {
        return new DesiredReplica(
                "shop",
                name,
                "uid-" + name,
                "store",
                "127.16.0.1",
                "127.16.0.1:15080",
                "127.0.0.1",
                List.of(new DesiredReplica.PortBinding("http", 8080, 9090, 8080, Transport.TCP)),
                command,
                new TreeMap<>(Map.of("A", "b")),
                List.of(new DesiredReplica.ServiceAddress("shop/dns", "127.64.0.1", 53, 15353, Transport.UDP, "")));
    }
}
