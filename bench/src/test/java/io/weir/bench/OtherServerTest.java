package io.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.bench.client.Target;
import io.weir.bench.client.Who;
import io.weir.bench.mesh.FolderMesh;
import io.weir.bench.mesh.Shape;
import io.weir.bench.server.Contender;
import io.weir.bench.server.JavaControlPlane;
import io.weir.bench.server.Serving;
import io.weir.bench.server.Weir;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.WorkloadKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server that runs already is driven through the command, whatever its clients have to show it. */
class OtherServerTest {

    private static final int CHANGES = 3;
    private static final int REPETITIONS = 2;

    /** java-control-plane wants it so. */
    private static final String EVERY_MESSAGE = "--target-node-in=every_message";

    @TempDir
    private Path home;

    /** In one namespace, so that one pattern names all clients. */
    private static Shape shape(int clients) {
        return new Shape(12, 2, 1, clients, 6);
    }

    @Test
    void in_plaintext_with_the_node_in_every_message() throws Exception {
        try (Serving serving = start(JavaControlPlane.inPlaintext(), shape(8))) {
            assertThat(drive(
                            serving,
                            "--protocol=state_of_the_world",
                            "--clients=8",
                            "--target-node=bench-0/app-%d",
                            EVERY_MESSAGE))
                    .isZero();
            everyClientHasSeenEveryChange();
        }
    }

    @Test
    void over_tls_with_a_token_for_each_client() throws Exception {
        try (Serving serving = start(Weir.fromClassPath(), shape(8))) {
            String tokens = serving.clients().stream().map(Who::token).collect(Collectors.joining("\n"));
            assertThat(drive(
                            serving,
                            "--clients=8",
                            "--target-ca=" + state().resolve("trust/roots.pem"),
                            "--target-name=" + serving.target().name(),
                            "--target-token=" + Files.writeString(home.resolve("tokens"), tokens),
                            "--target-node=bench-0/app-%d",
                            "--target-secrets=" + secrets(serving.target())))
                    .isZero();
            everyClientHasSeenEveryChange();
        }
    }

    /** Of one proxy Weir takes four streams at most. */
    @Test
    void over_tls_with_one_certificate_for_all_clients() throws Exception {
        try (Serving serving = start(Weir.fromClassPath(), shape(3))) {
            Svid certificate = certificate();
            assertThat(drive(
                            serving,
                            "--clients=3",
                            "--target-ca=" + state().resolve("trust/roots.pem"),
                            "--target-name=" + serving.target().name(),
                            "--target-cert=" + Files.writeString(home.resolve("chain"), certificate.chainPem()),
                            "--target-key=" + Files.writeString(home.resolve("key"), certificate.keyPem()),
                            "--target-node=bench-0/app-0",
                            "--target-secrets=" + secrets(serving.target())))
                    .isZero();
            everyClientHasSeenEveryChange();
        }
    }

    @Test
    void a_change_that_fails_ends_it() throws Exception {
        try (Serving serving = start(JavaControlPlane.inPlaintext(), shape(1))) {
            assertThat(drive(serving, "--clients=1", "--target-node=bench-0/app-%d", EVERY_MESSAGE, "--change=exit 7"))
                    .isEqualTo(1);
        }
    }

    @Test
    void without_change_and_process_what_needs_them_is_not_told() throws Exception {
        try (Serving serving = start(JavaControlPlane.inPlaintext(), shape(1))) {
            assertThat(Main.execute(
                            "--target=localhost:" + serving.target().address().getPort(),
                            "--clients=1",
                            "--target-node=bench-0/app-0",
                            EVERY_MESSAGE,
                            "--repetitions=1",
                            "--spacing=1",
                            "--out=" + home.resolve("figures.json")))
                    .isZero();
            assertThat(figures().keySet())
                    .contains(Quantity.CONNECT_LAST.name(), Quantity.CONNECT_BYTES.name())
                    .doesNotContain(Quantity.CONNECT_CPU.name(), Quantity.RSS.name(), Quantity.WEIGHT_P50.name());
        }
    }

    @Test
    void what_does_not_go_together_is_refused() throws Exception {
        Path two = Files.writeString(home.resolve("tokens"), "a\nb\n");

        assertThat(Main.execute("--change=true")).isEqualTo(2);
        assertThat(Main.execute("--target-token=" + two)).isEqualTo(2);
        assertThat(Main.execute("--target=nowhere")).isEqualTo(2);
        assertThat(Main.execute("--target=localhost:1", "--target-token=" + two))
                .isEqualTo(2);
        assertThat(Main.execute("--target=localhost:1", "--target-ca=" + two, "--target-cert=" + two))
                .isEqualTo(2);
        assertThat(Main.execute("--target=localhost:1", "--clients=3", "--target-ca=" + two, "--target-token=" + two))
                .isEqualTo(2);
    }

    private Serving start(Contender contender, Shape shape) throws IOException, InterruptedException {
        return contender.start(FolderMesh.write(home.resolve("mesh"), shape), home.resolve("server"));
    }

    private Path state() {
        return home.resolve("server/state");
    }

    private Path weights() {
        return home.resolve("weights");
    }

    /** @param more options, of which later ones win */
    private int drive(Serving serving, String... more) {
        String script = """
                set -e
                sed "s/front-a, weight: [0-9]*/front-a, weight: $WEIGHT/" split.yaml >'%1$s.yaml'
                mv '%1$s.yaml' split.yaml
                echo $WEIGHT >>'%1$s'
                """.formatted(weights());
        List<String> options = new ArrayList<>(List.of(
                "--target=127.0.0.1:" + serving.target().address().getPort(),
                "--pid=" + serving.process().pid(),
                "--change=cd '" + home.resolve("mesh") + "'\n" + script,
                "--changes=" + CHANGES,
                "--repetitions=" + REPETITIONS,
                "--spacing=100",
                "--out=" + home.resolve("figures.json")));
        options.addAll(List.of(more));
        return Main.execute(options.toArray(String[]::new));
    }

    /** Whoever does not see one is waited for in vain, and then the command fails. */
    private void everyClientHasSeenEveryChange() throws IOException {
        List<String> written = Files.readAllLines(weights());
        assertThat(written).hasSize(CHANGES * REPETITIONS).doesNotHaveDuplicates();
        assertThat(home.resolve("mesh/split.yaml")).content().contains("weight: " + written.getLast());
        Map<String, JsonNode> figures = figures();
        for (Quantity none : List.of(Quantity.CONNECT_REFUSED, Quantity.LOST)) {
            assertThat(figures.get(none.name()).path("value").asDouble(-1))
                    .as(none.name())
                    .isZero();
        }
        for (Quantity some : List.of(
                Quantity.CONNECT_LAST,
                Quantity.CONNECT_BYTES,
                Quantity.RSS,
                Quantity.WEIGHT_P50,
                Quantity.WEIGHT_P99,
                Quantity.WEIGHT_LAST,
                Quantity.WEIGHT_COMMAND,
                Quantity.WEIGHT_WIRE)) {
            assertThat(figures.get(some.name()).path("value").asDouble())
                    .as(some.name())
                    .isPositive();
        }
        assertThat(figures).containsKeys(Quantity.CONNECT_CPU.name(), Quantity.WEIGHT_CPU.name());
        assertThat(figures.values()).allMatch(figure -> figure.path("reach").isNull());
    }

    private Map<String, JsonNode> figures() throws IOException {
        JsonNode list = JsonMapper.builder().build().readTree(Files.readString(home.resolve("figures.json")));
        return list.valueStream()
                .collect(Collectors.toMap(figure -> figure.path("quantity").asString(), figure -> figure));
    }

    /** As Weir would give it to the first app: by a copy of its authority, since Weir keeps its own for itself. */
    private Svid certificate() throws IOException {
        StateFolder copy = StateFolder.open(home.resolve("copy"));
        try (Stream<Path> files = Files.list(state())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.path().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        CertificateAuthority authority = CertificateAuthority.open(
                copy,
                new TrustDomain(MeshSettings.defaults().trustDomain()),
                CertificateSettings.defaults(),
                InstantSource.system());
        return authority.issue(new Identity("bench-0", "account-0"), new WorkloadKey("bench-0", "app-0"));
    }

    private static String secrets(Target target) {
        return String.join(",", target.secrets());
    }
}
