package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.weir.cli.output.Trees;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Verbs that read a cluster with the caller's rights; no control plane runs here. */
@KubeTest
class ClusterReadingTest {

    /** What the role view consists of, which nobody puts together here. */
    private static final String VIEW = "system:aggregate-to-view";

    private static ClusterShop shop;
    private static String admin;

    @BeforeAll
    static void open(KubeApiServer kube) {
        shop = new ClusterShop(kube);
        admin = shop.everywhere("cluster-admin");
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static CommandLineRun run(String kubeconfig, String... args) {
        String[] all = new String[args.length + 4];
        System.arraycopy(args, 0, all, 0, args.length);
        System.arraycopy(new String[] {"--kubeconfig", kubeconfig, "-n", shop.namespace}, 0, all, args.length, 4);
        return CommandLineRun.of(all);
    }

    @Test
    void validate_finds_in_the_cluster_what_it_finds_in_files() {
        CommandLineRun run = run(admin, "validate", "-o", "json", "--mode", "deny");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "WEIR210",
                        "No TrafficTarget lets anybody call Service " + shop.namespace + "/web-v2 on port 80");
        assertThat(Trees.object(run.out())).containsEntry("errors", 0);
        // No control plane runs here: what is taken for granted is said.
        assertThat(run.err())
                .contains(
                        "the control plane could not be asked",
                        "there is no Service weir-control-plane",
                        "taken as deny");
    }

    @Test
    void validate_of_one_namespace_needs_rights_there_alone(KubeApiServer kube) {
        String kinds = shop.namespace + "-smi";
        kube.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(kinds)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("access.smi-spec.io", "specs.smi-spec.io", "split.smi-spec.io")
                        .withResources("*")
                        .withVerbs("list")
                        .endRule()
                        .build())
                .create();

        CommandLineRun few = run(shop.here(VIEW, kinds), "validate", "--mode", "deny");
        assertThat(few.exit()).as(few.err()).isZero();
        assertThat(few.out()).contains("WEIR210");
        assertThat(few.err()).contains("read in " + shop.namespace + " alone: ", "TrafficTargets");

        CommandLineRun viewer = run(shop.here(VIEW), "validate");
        assertThat(viewer.exit()).isEqualTo(1);
        assertThat(viewer.out()).isEmpty();
        assertThat(viewer.err())
                .contains("you may not read TrafficTargets, HTTPRouteGroups", "cannot list resource \"traffictargets\"")
                .contains("next: ask for the rights");
    }

    @Test
    void xds_prints_what_the_sidecar_of_a_pod_is_given() {
        CommandLineRun run = run(admin, "xds", "pod/client", "--mode", "deny", "-o", "json");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Trees.object(run.out()))
                .containsEntry("proxy", shop.namespace + "/client")
                .containsKeys("clusters", "endpoints", "listeners", "routes");
        assertThat(run.out()).contains("10.9.0.2", "web-v1");
        assertThat(run(admin, "xds", "deploy/web-v1").exit()).isZero();
    }

    @Test
    void xds_of_a_pod_that_is_not_there_or_has_no_sidecar_says_so() {
        assertThat(run(admin, "xds", "pod/nobody").err())
                .contains(
                        "no running pod of namespace " + shop.namespace + " is pod/nobody", "there are: client, plain");
        assertThat(run(admin, "xds", "pod/plain").err()).contains(shop.namespace + "/plain has no sidecar");
        for (String wrong : List.of("pod/a pod/b", "deploy/a --proxy a/b")) {
            assertThat(run(admin, ("xds " + wrong).split(" ")).exit()).as(wrong).isEqualTo(2);
        }
    }

    @Test
    void a_cluster_and_files_are_not_asked_about_at_once() {
        CommandLineRun run = run(admin, "validate", "pom.xml");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("name either files or a cluster");
    }

    @Test
    void a_cluster_that_is_not_there_is_told(KubeApiServer kube) {
        assertThat(run("/nowhere/config", "validate").err())
                .contains("the kubeconfig /nowhere/config can't be read", "--kubeconfig");
    }
}
