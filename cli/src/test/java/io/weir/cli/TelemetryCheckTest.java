package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.weir.testing.kube.KubeApiServer;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code weir check} says of telemetry in a real API server; nobody runs Weir's programs there. */
@Tag("kube")
class TelemetryCheckTest {

    private final KubeApiServer kube = KubeApiServer.launch();
    private final String system = kube.namespace("system");
    private final String shop = kube.namespace("shop");

    TelemetryCheckTest() {
        System.setProperty("kubeconfig", kube.admin().kubeconfig().toString());
    }

    @AfterEach
    void end() {
        System.clearProperty("kubeconfig");
        kube.close();
    }

    private void injector(String telemetry) {
        kube.client()
                .resource(new DeploymentBuilder()
                        .withNewMetadata()
                        .withNamespace(system)
                        .withName("weir-injector")
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .addToMatchLabels("app", "injector")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "injector")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("weir")
                        .withImage("weir")
                        .withArgs("injector", "--telemetry", telemetry)
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build())
                .serverSideApply();
    }

    private void pod(String name, String telemetry) {
        CommandLineRun injected =
                CommandLineRun.with("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: %s}
                spec: {containers: [{name: app, image: app}]}
                """.formatted(name, shop), Map.of(), "inject", "-f", "-", "--telemetry", telemetry);
        kube.client()
                .load(new ByteArrayInputStream(injected.out().getBytes(StandardCharsets.UTF_8)))
                .create();
    }

    private void apiService(String version, String namespace) {
        kube.client()
                .resource(new APIServiceBuilder()
                        .withNewMetadata()
                        .withName(version + ".metrics.smi-spec.io")
                        .endMetadata()
                        .withNewSpec()
                        .withGroup("metrics.smi-spec.io")
                        .withVersion(version)
                        .withGroupPriorityMinimum(100)
                        .withVersionPriority(100)
                        .withInsecureSkipTLSVerify(true)
                        .withNewService()
                        .withNamespace(namespace)
                        .withName("metrics")
                        .endService()
                        .endSpec()
                        .build())
                .create();
    }

    private String check() {
        return CommandLineRun.of("check", "-n", system).out();
    }

    @Test
    void pods_that_are_older_than_the_switch_are_named_whichever_way_it_was_turned() {
        pod("counting", "on");
        pod("silent", "off");

        injector("on");
        assertThat(check())
                .contains("! sidecars push what they count\n    1 do not: " + shop + "/silent\n")
                .contains("x deployment weir-telemetry is ready\n    there is none in namespace " + system)
                .contains("x service weir-telemetry leads to a replica")
                .contains("x APIService v1alpha2.metrics.smi-spec.io is available\n    it does not exist");

        injector("off");
        assertThat(check())
                .contains("! telemetry is off, and sidecars push nothing\n    1 do: " + shop + "/counting\n")
                .doesNotContain("deployment weir-telemetry", "APIService");

        kube.client()
                .pods()
                .inNamespace(shop)
                .withName("counting")
                .withGracePeriod(0)
                .delete();
        assertThat(check()).contains("OK telemetry is off, and sidecars push nothing\n");
    }

    @Test
    void an_api_service_that_does_not_answer_or_is_somebody_else_s_is_told() {
        injector("on");
        apiService("v1alpha1", shop);
        apiService("v1alpha2", system);

        assertThat(check())
                .contains("x APIService v1alpha1.metrics.smi-spec.io is available\n    it leads elsewhere than to"
                        + " namespace " + system)
                .contains("x APIService v1alpha2.metrics.smi-spec.io is available\n")
                .contains("no namespace of the cluster can be deleted");
        assertThat(CommandLineRun.of("check", "--pre", "-n", system).out())
                .contains(
                        "x nobody else serves SMI's metrics\n    APIService v1alpha1.metrics.smi-spec.io leads to Service "
                                + shop + "/metrics");
    }
}
