package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Helm installs into a real API server, and takes away again; nobody runs the programs there. */
@Tag("kube")
class InstallTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private final KubeApiServer kube = KubeApiServer.launch();

    InstallTest() {
        System.setProperty("kubeconfig", kube.admin().kubeconfig().toString());
    }

    @AfterEach
    void end() {
        System.clearProperty("kubeconfig");
        kube.close();
    }

    private CommandLineRun weir(String... args) throws IOException {
        return CommandLineRun.with(
                "",
                Map.of(
                        "HELM", helm(),
                        "KUBECONFIG", kube.admin().kubeconfig().toString(),
                        "WEIR_CHART", ROOT.resolve("helm/weir").toString()),
                args);
    }

    private static String helm() throws IOException {
        String own = System.getenv("HELM");
        if (own != null && !own.isEmpty()) {
            return own;
        }
        Process tools = new ProcessBuilder(
                        ROOT.resolve("scripts/cluster-assets").toString(), "tools")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String folder = new String(tools.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return Path.of(folder, "helm").toString();
    }

    @Test
    void what_would_be_installed_is_printed_and_nothing_is_made() throws IOException {
        CommandLineRun run = weir("install", "--dry-run", "--set", "mode=deny");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("kind: Deployment", "name: weir-control-plane", "--mode");
        assertThat(kube.client().namespaces().withName("weir-system").get()).isNull();
        assertThat(weir("install", "--set", "no.such.value=1").err())
                .contains("helm: ", "helm upgrade failed\n  next: weir check -n weir-system");
    }

    @Test
    void an_installation_that_does_not_become_ready_says_so_and_can_be_taken_out() throws IOException {
        CommandLineRun run = weir("install", "--set", "crds.install=false", "--timeout", "8s");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains("deployment weir-control-plane: 0 of 1 ready")
                .contains("helm upgrade failed");
        KubernetesClient client = kube.client();
        assertThat(client.apps().deployments().inNamespace("weir-system").list().getItems())
                .hasSize(3);
        assertThat(weir("check", "--pre").out()).contains("! Weir is not installed yet\n    it is, in weir-system");
        assertThat(weir("check").out())
                .contains("x deployment weir-injector is ready\n    0 of 1 replicas are ready")
                .contains("x MutatingWebhookConfiguration weir-injector has its caBundle");

        CommandLineRun gone = weir("uninstall");

        assertThat(gone.exit()).as(gone.err()).isZero();
        assertThat(gone.out())
                .contains("deleted MutatingWebhookConfiguration weir-injector")
                .contains("OK Weir's programs are deleted\n")
                .contains("These are left:\n")
                .contains("kubectl delete crd traffictargets.access.smi-spec.io");
        assertThat(client.apps().deployments().inNamespace("weir-system").list().getItems())
                .isEmpty();
        assertThat(weir("uninstall").exit()).as("again").isZero();
    }
}
