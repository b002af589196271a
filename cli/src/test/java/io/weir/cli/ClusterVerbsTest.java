package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
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
    void what_a_cluster_lacks_is_told_with_what_to_do_and_then_put_right(KubeApiServer kube) {
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
        assertThat(run.err()).contains("the cluster could not be asked", nobody, "next: see that kubectl works");
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
}
