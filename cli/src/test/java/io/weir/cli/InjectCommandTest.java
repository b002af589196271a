package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class InjectCommandTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              template:
                spec:
                  containers:
                  - {name: web, image: shop/web}
            """;

    private static final String NODE_AGENT = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: agent}
            spec: {template: {spec: {hostNetwork: true, containers: [{name: agent}]}}}
            """;

    @TempDir
    private Path dir;

    private static CommandLineRun weir(String stdin, String... args) {
        return CommandLineRun.with(stdin, Map.of(), args);
    }

    @Test
    void what_was_done_is_told_beside_the_manifests() throws IOException {
        Path file = Files.writeString(dir.resolve("app.yaml"), DEPLOYMENT + "---\n" + NODE_AGENT);

        CommandLineRun injected = weir("", "inject", "-f", file.toString());

        assertThat(injected.exit()).isZero();
        assertThat(injected.err()).isEqualTo("""
                injected  Deployment shop/web
                as it was  DaemonSet agent: it uses its node's network (hostNetwork), where redirection would catch other pods' traffic
                OK 1 of 2 pods and templates got a sidecar
                """);
        assertThat(injected.out()).contains("weir-proxy").endsWith("---\n" + NODE_AGENT);

        CommandLineRun back = weir(injected.out(), "uninject", "-f", "-");

        assertThat(back.exit()).isZero();
        assertThat(back.err()).isEqualTo("""
                removed  Deployment shop/web
                as it was  DaemonSet agent: it has no sidecar
                OK 1 of 2 pods and templates lost the sidecar
                """);
        assertThat(YAML.readTree(back.out().split("---\n", -1)[0])).isEqualTo(YAML.readTree(DEPLOYMENT));
        assertThat(back.out()).endsWith("---\n" + NODE_AGENT);
    }

    @Test
    void options_are_those_of_the_sidecar() {
        CommandLineRun run = weir(
                DEPLOYMENT.replace(", namespace: shop", ""),
                "inject",
                "-f",
                "-",
                "-n",
                "shop",
                "--image=example.com/proxy",
                "--init-image=example.com/init",
                "--sidecars=classic",
                "--credential=certificate",
                "--system-namespace=mesh",
                "--trust-domain=example.org",
                "--cluster-domain=example.net",
                "--telemetry=on",
                "--otel-endpoint=https://otel.example.org",
                "--otel-signals=metrics,traces");

        JsonNode spec = YAML.readTree(run.out()).at("/spec/template/spec");
        assertThat(spec.at("/containers/0/image").asString()).isEqualTo("example.com/proxy");
        assertThat(spec.at("/initContainers/0/image").asString()).isEqualTo("example.com/init");
        assertThat(spec.at("/volumes/0/projected/sources/0/podCertificate/signerName")
                        .asString())
                .isEqualTo("weir.io/workload");
        assertThat(spec.at("/containers/0/args/1").asString())
                .contains("\"weir-control-plane.mesh.svc.example.net.\"")
                .contains("\"weir-xds.example.org\"")
                .contains("\"weir-telemetry.mesh.svc.example.net.\"")
                .contains("\"weir-telemetry.example.org\"")
                .contains("\"metadata\":{\"telemetry\":true}")
                .contains("\"otel.example.org\"");
        assertThat(weir(DEPLOYMENT.replace("shop", "mesh"), "inject", "-f", "-", "--system-namespace=mesh")
                        .err())
                .contains("as it was  Deployment mesh/web");
    }

    @Test
    void a_sidecar_counts_for_nobody_where_telemetry_is_off() {
        CommandLineRun run = weir(DEPLOYMENT, "inject", "-f", "-", "--telemetry=off");

        assertThat(run.out()).contains("weir-proxy").doesNotContain("telemetry", "stats_sinks");
    }

    @Test
    void where_a_pod_is_refused_nothing_is_written() {
        String explicit = """
                apiVersion: v1
                kind: Pod
                metadata: {name: db, annotations: {weir.io/interception: explicit}}
                spec: {containers: [{name: db}]}
                """;
        CommandLineRun refused = weir(DEPLOYMENT + "---\n" + explicit, "inject", "-f", "-", "--mode", "deny");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .contains("refused  Pod db: metadata.annotations[weir.io/interception]: the namespace is in deny mode")
                .endsWith("weir: nothing was written: pods are refused\n  next: put right what is said above\n");
        assertThat(weir(DEPLOYMENT + "---\n" + explicit, "inject", "-f", "-").exit())
                .isZero();
    }

    @Test
    void what_can_not_be_read_is_told_with_the_place() throws IOException {
        assertThat(weir("a: 1\n---\na: [", "inject", "-f", "-").err())
                .startsWith("weir: <stdin>:3: this is not valid YAML");
        Path binary = Files.write(dir.resolve("x.yaml"), "\u00fc".getBytes(StandardCharsets.ISO_8859_1));
        for (String verb : new String[] {"inject", "uninject"}) {
            assertThat(weir("", verb, "-f", binary.toString()).err()).contains("is no UTF-8 text");
            assertThat(weir("", verb, "-f", dir.resolve("none").toString()).err())
                    .contains("there is no ");
            assertThat(weir("", verb, "-f", dir.toString()).err()).contains("name one file");
            assertThat(weir("", verb, "-f", dir.toString()).exit()).isEqualTo(1);
            assertThat(weir("", verb).exit()).isEqualTo(2);
            assertThat(weir("kind: ConfigMap\n", verb, "-f", "-"))
                    .isEqualTo(
                            new CommandLineRun(0, "kind: ConfigMap\n", "! no pod and no template of one in <stdin>\n"));
        }
    }
}
