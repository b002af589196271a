package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.Program.Outcome;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weir is upgraded while there are calls: none fails, who trusts whom stays, and the cluster is as the chart says. */
@Tag("node")
class UpgradeTest {

    private static TestNamespace shop;

    @BeforeAll
    static void start() {
        Release.with();
        shop = TestNamespace.meshed("upgrade");
        shop.apply(EchoApp.serving("web").replicas(2).manifests()
                + EchoApp.calling("caller", 100, "http://web/").manifests());
        shop.awaitRollout("deploy/web", "deploy/caller");
    }

    @AfterAll
    static void end() {
        shop.close();
        Release.with();
    }

    @Test
    void another_version_with_other_values_is_rolled_out_and_back_and_nobody_notices(@TempDir Path folder)
            throws IOException {
        Calls before = Calls.of(shop, "deploy/caller", 0);
        String roots = roots();
        String pods = weirsPods();

        Release.of(
                nextVersion(folder.resolve("weir")),
                "log.level=debug",
                "controlPlane.podAnnotations.rolled=once",
                "injector.podAnnotations.rolled=once");
        assertThat(Release.helm("list", "-n", Release.NAMESPACE)).contains("weir-99.0.0");
        assertThat(weirsPods()).isNotEqualTo(pods);
        assertNoDrift();

        Release.with();
        assertThat(Release.helm("list", "-n", Release.NAMESPACE)).doesNotContain("weir-99.0.0");
        assertNoDrift();

        assertThat(roots()).isEqualTo(roots);
        // A pod that is made now is served by the new programs.
        shop.apply(EchoApp.serving("late").manifests());
        shop.awaitRollout("deploy/late");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(shop.curl("deploy/caller", "http://late/")).isEqualTo("200"));
        Calls calls = Calls.of(shop, "deploy/caller", 0).since(before);
        assertThat(calls.total()).isGreaterThan(1000);
        assertThat(calls.failed()).as("%s", calls).isEmpty();
    }

    /** By which sidecars know each other. */
    static String roots() {
        return Cluster.get("configmap", "weir-roots", "-n", Release.NAMESPACE)
                .at("/data/roots.pem")
                .asString("");
    }

    private static String weirsPods() {
        return String.join(
                " ",
                Cluster.get("pods", "-n", Release.NAMESPACE, "-l", "app.kubernetes.io/name=weir")
                        .findValuesAsString("uid"));
    }

    /** What Argo CD and Flux look at: whether the cluster is as the chart says. */
    private static void assertNoDrift() {
        String manifest = Release.helm("get", "manifest", "weir", "-n", Release.NAMESPACE);
        Outcome difference = Program.run(List.of("kubectl", "diff", "-f", "-"), manifest);
        assertThat(difference.out()).isEmpty();
        assertThat(difference.code()).isZero();
    }

    /** The chart with another version, of the same programs. */
    private static Path nextVersion(Path to) throws IOException {
        Path from = Release.chart();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
        Path about = to.resolve("Chart.yaml");
        Files.writeString(about, Files.readString(about).replaceFirst("(?m)^version: .*$", "version: 99.0.0"));
        return to;
    }
}
