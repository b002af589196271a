package io.weir.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.check.Check.Result;
import io.weir.cli.cluster.MeshStatus.Answer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SidecarsTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private static Answer answer(String replica, String signer, String alarm, String rootEnds, String... proxies) {
        return new Answer(replica, """
                {"trustDomain": "cluster.local", "clusterDomain": "cluster.local", "mode": "deny", "pathMatch": "prefix",
                 "namespacesMayLoosen": false, "proxies": [%s],
                 "authority": {"signer": "%s", "alarm": "%s",
                   "roots": [{"id": "%s", "notBefore": "2026-01-01T00:00:00Z", "notAfter": "%s"}]}}
                """.formatted(String.join(", ", proxies), signer, alarm, signer, rootEnds));
    }

    private static String proxy(String name, String connectedAt, String sync, String certificateEnds) {
        return """
                {"proxy": "%s", "workload": "web", "serviceAccount": "shop/web", "ready": true,
                 "connectedAt": %s, "synced": {"CLUSTER": {"sync": "%s"}}, "certificateNotAfter": "%s"}
                """.formatted(name, connectedAt, sync, certificateEnds);
    }

    private static List<String> wrong(List<Check> checks) {
        return checks.stream()
                .filter(check -> check.result() != Result.SUCCESS)
                .map(check -> check.description() + ": " + check.error())
                .toList();
    }

    @Test
    void a_mesh_that_is_well_has_nothing_to_say() {
        Answer well = answer(
                "a",
                "r1",
                "",
                "2036-01-01T00:00:00Z",
                proxy("shop/web-1", "\"2026-11-26T10:00:00Z\"", "SYNCED", "2026-11-27T00:00:00Z"));

        assertThat(wrong(Sidecars.of(new Sidecars.Heard(List.of(well), List.of()), NOW)))
                .isEmpty();
    }

    @Test
    void what_is_behind_is_told_with_names() {
        Answer one = answer(
                "a",
                "r1",
                "",
                "2026-12-01T00:00:00Z",
                proxy("shop/web-1", "\"2026-11-26T10:00:00Z\"", "NACKED", "2026-11-27T00:00:00Z"),
                proxy("shop/web-2", "null", "SYNCED", "2026-11-27T00:00:00Z"),
                proxy("shop/web-3", "\"2026-11-26T10:00:00Z\"", "PENDING", "2026-11-26T12:30:00Z"));
        Answer other = answer("b", "r2", "its Secret is gone", "2036-01-01T00:00:00Z");

        assertThat(wrong(Sidecars.of(new Sidecars.Heard(List.of(one, other), List.of()), NOW)))
                .containsExactly(
                        "all replicas sign with one root: they sign with r1, r2",
                        "the certificate authority has its state: its Secret is gone",
                        "the root certificate lasts: it ends at 2026-12-01T00:00:00Z",
                        "sidecars are connected: 1 of 3 are not: shop/web-2",
                        "sidecars took all that they were sent: 1 of 3 refused something, and keep the last good one:"
                                + " shop/web-1",
                        "sidecars have the latest: 1 of 3 are behind: shop/web-3",
                        "certificates of sidecars last: 1 of 3 end within the hour: shop/web-3");
    }

    @Test
    void a_replica_that_can_t_be_asked_is_a_warning() {
        assertThat(wrong(Sidecars.of(new Sidecars.Heard(List.of(), List.of("a: forbidden")), NOW)))
                .containsExactly("each replica of the control plane says how it is: a: forbidden");
    }
}
