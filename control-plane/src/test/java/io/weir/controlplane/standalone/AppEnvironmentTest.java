package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.Transport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AppEnvironmentTest {

    @Test
    void an_app_is_told_where_to_listen_and_how_to_reach_services() {
        DesiredReplica replica = new DesiredReplica(
                "shop",
                "buyer-0",
                "u",
                "buyer",
                "127.16.0.1",
                "127.16.0.1:15080",
                "127.0.0.1",
                List.of(
                        new DesiredReplica.PortBinding("http-web", 80, 9080, 80, Transport.TCP),
                        new DesiredReplica.PortBinding("", 81, 9081, 81, Transport.TCP)),
                List.of("true"),
                new TreeMap<>(Map.of("COLOUR", "red", "HOST", "0.0.0.0")),
                List.of(
                        service("shop/book-store", 80, 18080, "http"),
                        service("shop/book-store", 9000, 9000, "tcp"),
                        service("infra/dns", 53, 15353, "")));
        assertThat(AppEnvironment.of(
                        replica, Map.of("PATH", "/bin", "HTTP_PROXY", "http://corp", "NO_PROXY", "x", "PORT", "1")))
                .isEqualTo(Map.ofEntries(
                        Map.entry("PATH", "/bin"),
                        Map.entry("WEIR_NAMESPACE", "shop"),
                        Map.entry("WEIR_WORKLOAD", "buyer-0"),
                        Map.entry("http_proxy", "http://127.16.0.1:15080"),
                        Map.entry("no_proxy", "localhost,127.0.0.1,127.0.0.0/8,::1"),
                        Map.entry("HOST", "0.0.0.0"),
                        Map.entry("PORT", "9080"),
                        Map.entry("PORT_80", "9080"),
                        Map.entry("PORT_HTTP_WEB", "9080"),
                        Map.entry("PORT_81", "9081"),
                        Map.entry("BOOK_STORE_SERVICE_HOST", "127.64.0.2"),
                        Map.entry("BOOK_STORE_SERVICE_PORT", "18080"),
                        Map.entry("BOOK_STORE_SERVICE_PORT_HTTP", "18080"),
                        Map.entry("BOOK_STORE_SERVICE_PORT_TCP", "9000"),
                        Map.entry("WEIR_INFRA_DNS_SERVICE_HOST", "127.64.0.2"),
                        Map.entry("WEIR_INFRA_DNS_SERVICE_PORT", "15353"),
                        Map.entry("COLOUR", "red")));
    }

    private static DesiredReplica.ServiceAddress service(String key, int port, int bindPort, String name) {
        return new DesiredReplica.ServiceAddress(key, "127.64.0.2", port, bindPort, Transport.TCP, name);
    }
}
