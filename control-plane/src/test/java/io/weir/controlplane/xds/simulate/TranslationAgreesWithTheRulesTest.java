package io.weir.controlplane.xds.simulate;

import static io.weir.controlplane.model.TestMesh.account;
import static io.weir.controlplane.model.TestMesh.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.Workload;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.model.WorkloadPort;
import io.weir.controlplane.xds.simulate.Simulation.Outcome;
import io.weir.controlplane.xds.translate.Translated;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Thousands of random meshes: what the configuration does is what the rules say. */
class TranslationAgreesWithTheRulesTest {

    private static final int MESHES = 2_000;
    private static final int CALLS = 12;

    @Test
    void requests_and_connections_end_where_the_rules_send_them() {
        Map<Integer, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < MESHES; seed++) {
            RandomMesh random = new RandomMesh(seed);
            MeshModel mesh = random.mesh().build();
            Simulation simulation = simulate(mesh);
            for (int i = 0; i < CALLS; i++) {
                String caller = random.workload();
                String service = random.service();
                Call call = random.call();
                agree(
                        "seed " + seed + ": " + caller + " -> " + service + " " + call,
                        simulation.http(caller, "outbound/" + service + "/80", call),
                        Reference.outcomes(mesh, identity(mesh, caller), tcp(service, 80), call),
                        seen);
                agree(
                        "seed " + seed + ": " + caller + " -> " + service + " over TCP",
                        simulation.tcp(caller, "outbound/" + service + "/9000"),
                        Reference.outcomes(mesh, identity(mesh, caller), tcp(service, 9000), null),
                        seen);
            }
        }
        // The comparison means something only if every kind of end was met often.
        assertThat(seen.keySet()).containsExactly(0, 200, 403, 503);
        assertThat(seen.values()).allMatch(count -> count > 1_000);
    }

    @Test
    void what_is_tried_out_says_what_the_rules_would() {
        Map<String, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < MESHES; seed++) {
            RandomMesh random = new RandomMesh(seed);
            MeshModel mesh = random.mesh().build();
            Simulation simulation = simulate(mesh);
            for (Workload server : mesh.workloads().values()) {
                for (WorkloadPort port : server.ports()) {
                    if (port.protocol() != AppProtocol.HTTP) {
                        continue;
                    }
                    Identity caller = identity(mesh, random.workload());
                    Call call = random.call();
                    Boolean expected = Reference.shadow(mesh, caller, server, port, call);
                    assertThat(simulation.shadow(
                                    server.key().toString(),
                                    "inbound/" + port.port(),
                                    caller.spiffeId(mesh.settings().trustDomain()),
                                    call))
                            .as("seed " + seed + ": " + caller + " -> " + server.key() + " " + call)
                            .isEqualTo(expected);
                    seen.merge(server.mode() + " " + expected, 1, Integer::sum);
                }
            }
        }
        assertThat(seen.keySet())
                .containsExactly("DENY false", "DENY null", "DENY true", "PERMISSIVE false", "PERMISSIVE true");
        assertThat(seen.values()).allMatch(count -> count > 50);
    }

    private static void agree(
            String what, Map<Outcome, Double> actual, Map<Outcome, Double> expected, Map<Integer, Integer> seen) {
        assertThat(actual.keySet()).as(what).isEqualTo(expected.keySet());
        expected.forEach((outcome, share) -> {
            assertThat(actual.get(outcome)).as(what).isEqualTo(share, within(1e-9));
            seen.merge(outcome.status(), 1, Integer::sum);
        });
    }

    private static Identity identity(MeshModel mesh, String workload) {
        Identity name = account(workload);
        return mesh.workloads()
                .get(new WorkloadKey(name.namespace(), name.serviceAccount()))
                .identity();
    }

    static Simulation simulate(MeshModel mesh) {
        Map<String, Proxy> proxies = new HashMap<>();
        for (Workload workload : mesh.workloads().values()) {
            Translated translated = Translated.of(mesh, workload.key().toString(), Telemetry.EDGES);
            proxies.put(
                    workload.key().toString(),
                    Proxy.of(
                            workload.identity().spiffeId(mesh.settings().trustDomain()),
                            translated.listeners(),
                            translated.routes(),
                            translated.clusters(),
                            translated.endpoints()));
        }
        return new Simulation(proxies);
    }
}
