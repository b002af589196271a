package io.weir.e2e;

import static io.weir.e2e.Manifests.join;
import static io.weir.e2e.Manifests.split;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.admin.StatusReport.Problem;
import io.weir.controlplane.model.Telemetry;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.SnapshotSource.Abilities;
import io.weir.controlplane.xds.resource.ProxySnapshot;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.controlplane.xds.resource.XdsType;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** What is wrong in the folder of a running mesh is said, and is all that happens. */
final class MalformedManifestsTest {

    private static final String URL = "http://web.shop:8080/";

    /** The files of the control plane's own test: what each should be told for is its first line. */
    private static final Path MALFORMED = Path.of("../control-plane/src/test/resources/malformed");

    @Test
    void fifty_malformed_objects_are_each_reported_and_no_request_and_no_proxy_notices() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh =
                        TestMesh.start(join(apps.manifests(), split("shop", "web", "web", "web-v1=50", "web-v2=50")));
                Load load = Load.http(mesh.proxy("shop/client"), URL)) {
            Map<String, String> resources = resources(mesh);
            long sent = sent(mesh);
            List<Path> files = files();
            assertThat(files).hasSizeGreaterThanOrEqualTo(50);
            for (Path file : files) {
                mesh.apply(name(file), Files.readString(file));
                mesh.settle();
                assertThat(resources(mesh)).as("after %s", file).isEqualTo(resources);
            }
            load.reach(2_000);

            SoftAssertions soft = new SoftAssertions();
            List<Problem> problems = mesh.status().diagnostics();
            for (Path file : files) {
                String[] expected =
                        Files.readString(file).lines().findFirst().orElse("").split(" ", 4);
                soft.assertThat(problems).as("%s", file).anySatisfy(problem -> {
                    assertThat(problem.severity()).isEqualTo("ERROR");
                    assertThat(problem.location()).isEqualTo(name(file) + ":" + expected[2]);
                    assertThat(problem.field()).isEqualTo(expected.length > 3 ? expected[3] : "");
                    assertThat(problem.object()).isNotBlank();
                    assertThat(problem.message()).isNotBlank();
                    assertThat(problem.fix()).isNotBlank();
                });
            }
            soft.assertAll();
            assertThat(load.stop().failures()).isEmpty();
            assertThat(sent(mesh)).as("resources sent").isEqualTo(sent);
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    @Test
    void what_is_broken_keeps_its_last_good_version_and_the_rest_of_the_file_changes() throws Exception {
        try (TwoVersions apps = new TwoVersions();
                TestMesh mesh =
                        TestMesh.start(join(apps.manifests(), split("shop", "web", "web", "web-v1=1", "web-v2=0")));
                Load load = Load.http(mesh.proxy("shop/client"), URL)) {
            Map<String, String> resources = resources(mesh);
            String good = Files.readString(mesh.folder().resolve("mesh.yaml"));
            for (String broken : List.of(
                    good + "---\n[",
                    good.replace("port: 8080", "port: 80800"),
                    good.replace("weight: 1", "weight: -1"),
                    good.replace("kind: TCPRoute, name", "kind: TCPRout, name"),
                    good.replace("address: 127", "address: x127"),
                    good.replace("apiVersion: v1", "apiVersion: v2"))) {
                assertThat(broken).isNotEqualTo(good);
                mesh.apply("mesh.yaml", broken);
                mesh.settle();
                assertThat(resources(mesh)).as(broken).isEqualTo(resources);
                assertThat(mesh.status().diagnostics())
                        .anyMatch(problem -> problem.message().endsWith(" stays in effect."));
            }
            mesh.apply(
                    "mesh.yaml",
                    good.replace("address: 127", "address: x127")
                            .replace("weight: 1", "weight: 0")
                            .replace("web-v2, weight: 0", "web-v2, weight: 1"));
            mesh.settle();
            assertThat(mesh.apps("shop/client", URL, 20)).isEqualTo(Map.of("v2", 20));
            mesh.apply("mesh.yaml", good);
            mesh.settle();
            assertThat(mesh.status().diagnostics()).isEmpty();
            assertThat(resources(mesh)).isEqualTo(resources);
            assertThat(load.stop().failures()).isEmpty();
            assertThat(mesh.nacks()).isEmpty();
        }
    }

    private static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(MALFORMED)) {
            folder.forEach(files::add);
        }
        files.sort(null);
        return files;
    }

    private static String name(Path file) {
        return "bad-" + file.getFileName();
    }

    /** The version of everything that every proxy is given; certificates apart, which have their own time. */
    private static Map<String, String> resources(TestMesh mesh) {
        Map<String, String> versions = new TreeMap<>();
        for (WorkloadKey proxy : mesh.model().workloads().keySet()) {
            ProxySnapshot snapshot = Objects.requireNonNull(
                    mesh.controlPlane().pipeline().snapshot(proxy, new Abilities(Telemetry.EDGES, true)));
            for (XdsType type : XdsType.values()) {
                for (Collection<XdsResource> resources : List.of(
                        snapshot.shared(type).resources(), snapshot.own(type).resources())) {
                    for (XdsResource resource : resources) {
                        if (!resource.name().equals("identity")) {
                            versions.put(proxy + " " + type + " " + resource.name(), resource.version());
                        }
                    }
                }
            }
        }
        return versions;
    }

    private static long sent(TestMesh mesh) {
        return Arrays.stream(XdsType.values())
                .mapToLong(type -> mesh.controlPlane().counters().responses(type))
                .sum();
    }
}
