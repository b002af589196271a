package io.weir.controlplane.xds.translate;

import static io.weir.controlplane.model.TestMesh.accounts;
import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static io.weir.controlplane.model.TestMesh.tcp;
import static io.weir.controlplane.model.TestMesh.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.TestMesh;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is translated is taken by real Envoys. */
@Tag("envoy")
class EnvoyAcceptsTest {

    private static final TestPki PKI = new TestPki();

    private static final Map<String, MeshModel> MESHES = Map.of(
            "everything in deny mode", everything(Mode.DENY),
            "everything in permissive mode", everything(Mode.PERMISSIVE),
            "nothing granted, nobody behind",
                    new TestMesh()
                            .service("shop/store", 80, AppProtocol.HTTP)
                            .service("shop/db", 5432, AppProtocol.TCP)
                            .service("shop/dns", 53, AppProtocol.UDP)
                            .split(tcp("shop/store", 80), List.of())
                            .split(tcp("shop/db", 5432), List.of())
                            .split(udp("shop/dns", 53), List.of())
                            .workload("shop/one", Mode.DENY, "shop/store", "shop/db", "shop/dns")
                            .build(),
            "the largest weights",
                    new TestMesh()
                            .service("shop/store", 80, AppProtocol.HTTP)
                            .service("shop/store", 81, AppProtocol.TCP)
                            .service("shop/store", 82, AppProtocol.UDP)
                            .service("shop/v2", 80, AppProtocol.HTTP)
                            .service("shop/v2", 81, AppProtocol.TCP)
                            .service("shop/v2", 82, AppProtocol.UDP)
                            .service("shop/v3", 80, AppProtocol.HTTP)
                            .service("shop/v3", 81, AppProtocol.TCP)
                            .service("shop/v3", 82, AppProtocol.UDP)
                            .workload("shop/one", Mode.DENY, "shop/store")
                            .workload("shop/two", Mode.DENY, "shop/v2")
                            .split(
                                    tcp("shop/store", 80),
                                    List.of(),
                                    "shop/store=2147483647",
                                    "shop/v2=2147483647",
                                    "shop/v3=2147483647")
                            .split(
                                    tcp("shop/store", 81),
                                    List.of(),
                                    "shop/store=2147483647",
                                    "shop/v2=2147483647",
                                    "shop/v3=1")
                            .split(
                                    udp("shop/store", 82),
                                    List.of(),
                                    "shop/store=2147483647",
                                    "shop/v2=2147483647",
                                    "shop/v3=2147483647")
                            .build());

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("everyMeshOnEveryVersion")
    void a_translated_mesh_is_valid(String version, String mesh, @TempDir Path folder) throws Exception {
        Translated translated = Translated.of(MESHES.get(mesh), "shop/one", Envoys.telemetry(version));
        assertThat(Envoys.complaint(
                        version,
                        StaticBootstrap.of(
                                translated, PKI.identity("spiffe://cluster.local/ns/shop/sa/one"), PKI.trust()),
                        folder))
                .isEmpty();
    }

    static Stream<Arguments> everyMeshOnEveryVersion() {
        return Envoys.VERSIONS.stream()
                .flatMap(version -> MESHES.keySet().stream().sorted().map(mesh -> Arguments.of(version, mesh)));
    }

    private static MeshModel everything(Mode mode) {
        HeaderMatch header = new HeaderMatch("x-user", ".*\\.com");
        HeaderMatch host = new HeaderMatch(":authority", "(?i)shop.*");
        return new TestMesh()
                .service("shop/store", 80, AppProtocol.HTTP)
                .service("shop/store", 9000, AppProtocol.TCP)
                .service("shop/store", 53, AppProtocol.UDP)
                .service("shop/store-v2", 80, AppProtocol.HTTP)
                .service("shop/store-v2", 9000, AppProtocol.TCP)
                .service("shop/store-v2", 53, AppProtocol.UDP)
                .workload("shop/one", mode, "shop/store")
                .workload("shop/two", mode, "shop/store-v2")
                .workload("shop/buyer", mode)
                .split(tcp("shop/store", 80), List.of(match("(?:/api).*", "GET POST", header, host)), "shop/store-v2=1")
                .split(tcp("shop/store", 80), List.of(), "shop/store=90", "shop/store-v2=10")
                .split(tcp("shop/store", 9000), List.of(), "shop/store=90", "shop/store-v2=10")
                .split(udp("shop/store", 53), List.of(), "shop/store=90", "shop/store-v2=10")
                .grant(
                        "shop/one",
                        new Grant.Http(
                                target("shop/a"),
                                accounts("shop/buyer", "shop/two"),
                                new PortScope.All(),
                                List.of(
                                        match("(?:/api).*", "GET POST", header, host),
                                        match(null, "GET"),
                                        match(null, ""))))
                .grant("shop/one", new Grant.Stream(target("shop/b"), accounts("shop/buyer"), new PortScope.All()))
                .grant("shop/one", new Grant.Datagram(target("shop/b"), accounts("shop/buyer"), new PortScope.All()))
                .build();
    }
}
