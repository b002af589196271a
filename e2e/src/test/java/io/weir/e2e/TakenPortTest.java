package io.weir.e2e;

import static io.weir.e2e.Manifests.allowAll;
import static io.weir.e2e.Manifests.client;
import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.service;
import static io.weir.e2e.Manifests.workload;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weir.controlplane.model.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program that listens at 0.0.0.0 leaves its port to nobody else, at no address of this machine. */
final class TakenPortTest {

    @Test
    void an_app_that_listens_at_all_addresses_is_served_by_name_and_at_the_address_that_status_tells()
            throws Exception {
        HttpServer app = HttpServer.create(new InetSocketAddress(0), 0);
        app.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        app.start();
        String port = "http:" + app.getAddress().getPort();
        try (TestMesh mesh = TestMesh.start(join(
                workload("shop", "web", "127.0.0.1", port),
                service("shop", "web", "web", port),
                client("shop", "client"),
                allowAll("shop", "web", "shop/client")))) {
            String authority = "web.shop:" + app.getAddress().getPort();
            assertThat(mesh.get("shop/client", "http://" + authority + "/").status())
                    .isEqualTo(204);

            InetSocketAddress address = mesh.serviceAddress(
                    "shop/client", "shop/web", app.getAddress().getPort(), Transport.TCP);
            assertThat(address.getPort()).isNotEqualTo(app.getAddress().getPort());
            try (HttpConnection direct = new HttpConnection(address)) {
                assertThat(direct.send("GET", "/", authority, List.of()).status())
                        .isEqualTo(204);
            }
            assertThat(mesh.nacks()).isEmpty();
        } finally {
            app.stop(0);
        }
    }
}
