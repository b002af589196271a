package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The verbs that look after a cluster, with a real API server. */
@KubeTest
class ClusterVerbsTest {

    /** In the place of the environment's KUBECONFIG, which a JVM can't set. */
    private static final String KUBECONFIG = "kubeconfig";

    @BeforeEach
    void name(KubeApiServer kube) {
        String namespace = kube.namespace("people");
        kube.client()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                        .addNewSubject("", "ServiceAccount", "default", namespace)
                        .build())
                .create();
        use(kube, namespace);
    }

    private static void use(KubeApiServer kube, String namespace) {
        System.setProperty(
                KUBECONFIG,
                kube.serviceAccount(namespace, "default").kubeconfig().toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(KUBECONFIG);
    }

    @Test
    void what_a_cluster_lacks_is_told_with_what_to_do_and_then_put_right() {
        // One of its own: into the other one tests put what this one is to find missing.
        try (KubeApiServer kube = KubeApiServer.launch()) {
            name(kube);
            assertIsPutRight(kube);
        }
    }

    private static void assertIsPutRight(KubeApiServer kube) {
        CommandLineRun before = CommandLineRun.of("check");
        assertThat(before.exit()).isEqualTo(1);
        assertThat(before.out())
                .contains(
                        "x trafficsplits.split.smi-spec.io is installed\n    it does not exist\n    run: weir crds apply")
                .contains("x MutatingWebhookConfiguration weir-injector is installed");

        CommandLineRun applied = CommandLineRun.of("crds", "apply");
        assertThat(applied.exit()).as(applied.err()).isZero();
        assertThat(applied.out()).contains("trafficsplits.split.smi-spec.io created");
        assertThat(CommandLineRun.of("crds", "apply").out()).contains("trafficsplits.split.smi-spec.io unchanged");
        assertThat(CommandLineRun.of("crds", "rewrite").out()).isEqualTo("nothing is stored in an older version\n");

        String namespace = kube.namespace("open");
        kube.client()
                .namespaces()
                .withName(namespace)
                .edit(it -> new NamespaceBuilder(it)
                        .editMetadata()
                        .addToLabels("weir.io/inject", "enabled")
                        .endMetadata()
                        .build());
        CommandLineRun after = CommandLineRun.of("check");
        assertThat(after.out())
                .contains("OK trafficsplits.split.smi-spec.io serves all versions and stores v1alpha4")
                .contains("x trafficsplits.split.smi-spec.io is converted between its versions")
                .contains("! namespace " + namespace + " is guarded by TrafficTargets\n    it is permissive");
        assertThat(CommandLineRun.of("check", "--mode", "deny").out())
                .contains("OK namespace " + namespace + " is guarded by TrafficTargets");
        assertThat(CommandLineRun.of("check", "-o", "json").out())
                .contains("\"success\": false", "\"categoryName\": \"smi-crds\"");
    }

    @Test
    void who_may_not_look_is_told_so_with_a_next_step(KubeApiServer kube) {
        String nobody = kube.namespace("nobody");
        use(kube, nobody);

        CommandLineRun run = CommandLineRun.of("check");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .contains("x you may look at this", nobody, "run this as somebody who may")
                .contains("OK Kubernetes is 1.30 or later: 1.");
        CommandLineRun before = CommandLineRun.of("check", "--pre");
        assertThat(before.exit()).isEqualTo(1);
        assertThat(before.out())
                .contains(
                        "x you may create deployments in weir-system\n    you may not\n    install as somebody who may");
    }

    @Test
    void an_end_waits_for_pods_with_sidecars_and_says_how_to_take_them_out(KubeApiServer kube) {
        String shop = kube.namespace("shop");
        kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(shop)
                        .withName("web")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("weir-proxy")
                        .withImage("envoy")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();

        CommandLineRun held = CommandLineRun.of("uninstall", "--prepare");

        assertThat(held.exit()).isEqualTo(1);
        assertThat(held.out())
                .containsPattern(shop + " +Pod/web +1\n")
                .contains("  kubectl -n " + shop + " delete pod/web  # nobody makes it anew");
        assertThat(held.err()).contains("nothing was changed\n  next: run the commands above");
        assertThat(CommandLineRun.of("uninstall", "--prepare", "--force").exit())
                .isZero();

        kube.client()
                .pods()
                .inNamespace(shop)
                .withName("web")
                .withGracePeriod(0)
                .delete();
        CommandLineRun done = CommandLineRun.of("uninstall", "--prepare");
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.out()).contains("OK nothing in the cluster depends on Weir's programs");
    }

    @Test
    void before_an_installation_the_plan_is_told_with_what_is_in_the_way(KubeApiServer kube) {
        CommandLineRun clean = CommandLineRun.of("check", "--pre");
        assertThat(clean.exit()).as(clean.out()).isZero();
        assertThat(clean.out())
                .contains("OK Kubernetes is 1.30 or later: 1.")
                .contains("OK you may create what an installation creates")
                .contains("OK no other mesh gives pods sidecars")
                .contains("OK Weir is not installed yet");

        String elsewhere = kube.namespace("elsewhere");
        String osm = kube.namespace("osm-system");
        kube.client().resource(deployment(elsewhere, "weir-control-plane")).create();
        kube.client().resource(deployment(osm, "osm-controller")).create();
        try {
            CommandLineRun taken = CommandLineRun.of("check", "--pre", "-o", "short");
            assertThat(taken.exit()).isEqualTo(1);
            assertThat(taken.out())
                    .contains("! nobody else acts on SMI objects\n    Open Service Mesh does (Deployment " + osm
                            + "/osm-controller)")
                    .contains("x Weir is not installed yet\n    it is, in " + elsewhere)
                    .doesNotContain("OK ")
                    .endsWith("x 1 check failed\n");
            assertThat(CommandLineRun.of("check", "-n", elsewhere).out())
                    .contains("x deployment weir-control-plane is ready\n    0 of 1 replicas are ready")
                    .contains("x deployment weir-injector is ready\n    there is none in namespace " + elsewhere)
                    .contains("x service weir-control-plane leads to a replica")
                    .contains("x the control plane has a leader");
        } finally {
            kube.client().apps().deployments().inNamespace(elsewhere).delete();
            kube.client().apps().deployments().inNamespace(osm).delete();
        }
    }

    private static Deployment deployment(String namespace, String name) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", name)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    @Test
    void without_helm_an_installation_says_where_to_get_it() {
        CommandLineRun none = CommandLineRun.of("install");
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("there is no helm on PATH\n  next: install Helm 3");
        assertThat(CommandLineRun.with("", Map.of("HELM", "/nowhere/helm"), "uninstall")
                        .err())
                .contains("HELM names /nowhere/helm, which is no program");
    }
}
