package io.weir.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.e2e.node.Program.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code weir status}, {@code explain} and {@code split set} say of sidecars that run, by ports that are forwarded. */
@Tag("node")
class AskedClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestNamespace shop;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        Release.with();
        shop = TestNamespace.meshed("asked", "weir.io/mode=deny");
        shop.apply(EchoApp.serving("bookstore").manifests()
                + EchoApp.serving("bookbuyer").manifests()
                + """
                ---
                apiVersion: specs.smi-spec.io/v1alpha4
                kind: HTTPRouteGroup
                metadata: {name: books}
                spec: {matches: [{name: read, methods: [GET], pathRegex: "/books.*"}]}
                ---
                apiVersion: access.smi-spec.io/v1alpha3
                kind: TrafficTarget
                metadata: {name: buy}
                spec:
                  destination: {kind: ServiceAccount, name: bookstore, namespace: %1$s}
                  rules: [{kind: HTTPRouteGroup, name: books, matches: [read]}]
                  sources: [{kind: ServiceAccount, name: bookbuyer, namespace: %1$s}]
                """.formatted(shop.name()));
        shop.awaitRollout("deploy/bookstore", "deploy/bookbuyer");
    }

    @AfterAll
    static void end() {
        shop.close();
    }

    private static Outcome weir(String... words) {
        List<String> command = Program.words(Program.root().resolve("bin/weir").toString(), words);
        command.addAll(List.of("-n", shop.name()));
        return Program.run(command, "");
    }

    @Test
    void sidecars_are_synced_and_what_is_denied_has_its_cause() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(weir("status").out())
                        .containsPattern("/bookbuyer-\\S+ .*synced .*weir-control-plane-")
                        .containsPattern("/bookstore-\\S+ .*synced .*weir-control-plane-"));
        assertThat(weir("explain", "deploy/bookbuyer", "deploy/bookstore", "--path", "/books")
                        .out())
                .startsWith("allowed  200  ")
                .contains("cause   app: ");
        assertThat(weir("explain", "deploy/bookbuyer", "deploy/bookstore").out())
                .startsWith("denied  403  ")
                .contains("cause   path: ");
        assertThat(weir("explain", "deploy/bookstore", "deploy/bookbuyer").out())
                .contains("cause   no_target: ");
    }

    @Test
    void who_may_not_forward_ports_is_told_so() throws Exception {
        shop.kubectl("create", "serviceaccount", "viewer");
        Cluster.kubectl(
                "create",
                "clusterrolebinding",
                shop.name(),
                "--clusterrole=view",
                "--serviceaccount=" + shop.name() + ":viewer");
        try {
            Path kubeconfig = folder.resolve("config");
            Files.writeString(kubeconfig, Cluster.kubectl("config", "view", "--raw", "--minify", "--flatten"));
            String token = shop.kubectl("create", "token", "viewer").strip();
            for (String[] change : new String[][] {
                {"set-credentials", "viewer", "--token=" + token}, {"set-context", "--current", "--user=viewer"}
            }) {
                List<String> command = Program.words("kubectl", "--kubeconfig", kubeconfig.toString(), "config");
                command.addAll(List.of(change));
                Program.output(command, "");
            }

            Outcome outcome = weir("status", "--kubeconfig", kubeconfig.toString());

            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.output()).contains("the control plane could not be asked", "forbidden");
        } finally {
            Cluster.kubectl("delete", "clusterrolebinding", shop.name());
        }
    }
}
