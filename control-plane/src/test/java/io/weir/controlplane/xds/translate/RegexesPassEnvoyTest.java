package io.weir.controlplane.xds.translate;

import static io.weir.controlplane.model.TestMesh.accounts;
import static io.weir.controlplane.model.TestMesh.match;
import static io.weir.controlplane.model.TestMesh.target;
import static io.weir.controlplane.model.TestMesh.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.model.AppProtocol;
import io.weir.controlplane.model.Grant;
import io.weir.controlplane.model.HeaderMatch;
import io.weir.controlplane.model.MeshModel;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.model.PortScope;
import io.weir.controlplane.model.RequestMatch;
import io.weir.controlplane.model.TestMesh;
import io.weir.smi.validate.Regexes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Whatever validation accepts, Envoy takes: in paths and headers, of routes and of grants. */
@Tag("envoy")
class RegexesPassEnvoyTest {

    static final List<String> VERSIONS = Envoys.VERSIONS;

    private static final Path CORPUS = Path.of("../smi-apis/src/test/resources/regexes");

    private static List<String> lines(String file) throws IOException {
        return Files.readAllLines(CORPUS.resolve(file)).stream()
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
    }

    private static MeshModel using(List<RequestMatch> matches) {
        return new TestMesh()
                .service("shop/store", 80, AppProtocol.HTTP)
                .workload("shop/store", Mode.DENY, "shop/store")
                .split(tcp("shop/store", 80), matches, "shop/store=1")
                .grant(
                        "shop/store",
                        new Grant.Http(target("shop/all"), accounts("shop/store"), new PortScope.All(), matches))
                .build();
    }

    private static String complaint(String version, List<RequestMatch> matches, Path folder) throws Exception {
        TestPki pki = new TestPki();
        Translated translated = Translated.of(using(matches), "shop/store");
        return Envoys.complaint(
                version,
                StaticBootstrap.of(translated, pki.identity("spiffe://cluster.local/ns/shop/sa/store"), pki.trust()),
                folder);
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void every_accepted_regex_is_taken(String version, @TempDir Path folder) throws Exception {
        List<RequestMatch> matches = lines("accepted.txt").stream()
                .map(regex -> match(Regexes.pathRegex(regex), "", new HeaderMatch("x", regex)))
                .toList();
        assertThat(matches).hasSizeGreaterThan(20);
        assertThat(complaint(version, matches, folder)).isEmpty();
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void a_regex_that_is_none_would_be_noticed(String version, @TempDir Path folder) throws Exception {
        assertThat(complaint(version, List.of(match("(?=x)", "")), folder)).contains("invalid perl operator");
    }
}
