package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Style;
import io.weir.cli.output.Trees;
import io.weir.controlplane.model.Transport;
import io.weir.controlplane.standalone.DesiredReplica;
import io.weir.controlplane.standalone.DesiredReplica.ServiceAddress;
import io.weir.controlplane.standalone.DesiredReplicas;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatusViewTest {

    private static final StatusView VIEW =
            new StatusView(Style.PLAIN, Instant.parse("2026-01-01T00:02:00Z"), Path.of("mesh"));

    private static final String STATUS = """
            {"trustDomain": "cluster.local", "mode": "deny",
             "proxies": [
               {"proxy": "shop/a", "serviceAccount": "shop/a", "ready": true, "httpProxy": "127.16.16.1:15080",
                "connectedAt": "2026-01-01T00:00:00Z", "envoyVersion": "1.40.0", "telemetry": "edges",
                "synced": {"CLUSTER": {"sync": "SYNCED"}, "ROUTE": {"sync": "NACKED"}, "LISTENER": {"sync": "PENDING"}},
                "lastNack": {"resources": ["outbound/shop/b/80"], "reason": "bad regex", "at": "2026-01-01T00:01:57Z"},
                "certificateNotAfter": "2026-01-01T23:02:00Z"},
               {"proxy": "shop/b", "serviceAccount": "shop/b", "ready": false, "httpProxy": null, "connectedAt": null,
                "envoyVersion": null, "telemetry": null, "synced": {}, "lastNack": null, "certificateNotAfter": null}],
             "diagnostics": [{"code": "WEIR101"}]}
            """;

    private static DesiredReplicas replicas(ServiceAddress... services) {
        DesiredReplica replica = new DesiredReplica(
                "shop",
                "a",
                "uid",
                "a",
                "127.16.16.1",
                "127.16.16.1:15080",
                "127.16.16.2",
                List.of(),
                null,
                new TreeMap<>(),
                List.of(services));
        return DesiredReplicas.of("127.0.0.1:18000", "cluster.local", List.of(replica), List.of());
    }

    @Test
    void a_row_for_each_proxy_tells_connection_sync_refusal_and_certificate() {
        String text = VIEW.text(
                Trees.object(STATUS),
                replicas(new ServiceAddress("shop/b", "127.16.16.16", 80, 10080, Transport.TCP, "http")));

        assertThat(text).isEqualTo("""
                trust domain cluster.local, mode deny, xDS 127.0.0.1:18000

                PROXY   ACCOUNT  READY  CONNECTED      SYNCED                  LAST NACK  CERTIFICATE ENDS  ENVOY   HTTP PROXY
                shop/a  shop/a   yes    for 2 min 0 s  LDS pending RDS nacked  3 s ago    in 23 h 0 min     1.40.0  http://127.16.16.1:15080
                shop/b  shop/b   no     no             -                       -          -                 -       -

                refused by shop/a: [outbound/shop/b/80]: bad regex

                FROM    SERVICE  PORT    ADDRESS
                shop/a  shop/b   80/tcp  127.16.16.16:10080

                1 finding in the manifests; weir validate mesh shows them
                """);
    }

    @Test
    void too_many_addresses_are_counted_only() {
        ServiceAddress[] many = new ServiceAddress[61];
        for (int i = 0; i < many.length; i++) {
            many[i] = new ServiceAddress("shop/s" + i, "127.16.16.16", 80, 80, Transport.TCP, "");
        }

        assertThat(VIEW.text(Trees.object(STATUS), replicas(many))).contains("61 addresses of services");
    }

    @Test
    void durations_show_their_two_largest_units() {
        assertThat(StatusView.duration(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(StatusView.duration(Duration.ofSeconds(61))).isEqualTo("1 min 1 s");
        assertThat(StatusView.duration(Duration.ofMinutes(61))).isEqualTo("1 h 1 min");
        assertThat(StatusView.duration(Duration.ofHours(25))).isEqualTo("1 d 1 h");
        assertThat(StatusView.duration(Duration.ofSeconds(-5))).isEqualTo("0 s");
    }
}
