package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.weir.cli.output.Trees;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code weir split set} in a real API server, with the rights to read and to patch TrafficSplits and no other. */
@KubeTest
class ClusterSplitTest {

    private static ClusterShop shop;
    private static String editor;

    @BeforeAll
    static void open(KubeApiServer kube) {
        shop = new ClusterShop(kube);
        editor = shop.here(role(kube, "editor", "get", "patch"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static String role(KubeApiServer kube, String name, String... verbs) {
        String unique = shop.namespace + "-" + name;
        kube.client()
                .resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(unique)
                        .endMetadata()
                        .addNewRule()
                        .withApiGroups("split.smi-spec.io")
                        .withResources("trafficsplits")
                        .withVerbs(verbs)
                        .endRule()
                        .build())
                .create();
        return unique;
    }

    private static CommandLineRun set(String kubeconfig, String... args) {
        String[] all = new String[args.length + 6];
        System.arraycopy(new String[] {"split", "set"}, 0, all, 0, 2);
        System.arraycopy(args, 0, all, 2, args.length);
        System.arraycopy(new String[] {"--kubeconfig", kubeconfig, "-n", shop.namespace}, 0, all, args.length + 2, 4);
        return CommandLineRun.of(all);
    }

    private static GenericKubernetesResource split(KubeApiServer kube, String version) {
        return kube.client()
                .genericKubernetesResources(new ResourceDefinitionContext.Builder()
                        .withGroup("split.smi-spec.io")
                        .withVersion(version)
                        .withKind("TrafficSplit")
                        .withPlural("trafficsplits")
                        .withNamespaced(true)
                        .build())
                .inNamespace(shop.namespace)
                .withName("canary")
                .get();
    }

    @Test
    void two_weights_change_and_nothing_else(KubeApiServer kube) {
        GenericKubernetesResource before = split(kube, "v1alpha4");

        CommandLineRun run = set(editor, "canary", "web-v1=55", "web-v2=45", "-o", "json");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(Trees.object(run.out())).containsOnlyKeys("trafficSplit", "backends");
        GenericKubernetesResource after = split(kube, "v1alpha4");
        assertThat(weights(after)).containsExactly(55, 45);
        assertThat(after.getMetadata().getLabels())
                .isEqualTo(before.getMetadata().getLabels());
        assertThat(after.<String>get("spec", "service")).isEqualTo("web");
        assertThat(weights(split(kube, "v1alpha2"))).containsExactly(55, 45);

        CommandLineRun one = set(editor, "canary", "web-v2=40");
        assertThat(one.out()).isEqualTo("TrafficSplit " + shop.namespace + "/canary: web-v2 45 -> 40\n");
        assertThat(weights(split(kube, "v1alpha4"))).containsExactly(55, 40);
    }

    private static List<Object> weights(GenericKubernetesResource split) {
        List<Map<String, Object>> backends = split.get("spec", "backends");
        return backends.stream().map(backend -> backend.get("weight")).toList();
    }

    @Test
    void what_can_not_be_done_is_refused_and_changes_nothing(KubeApiServer kube) {
        String version = split(kube, "v1alpha4").getMetadata().getResourceVersion();

        assertThat(set(editor, "canary", "web-v9=1").err())
                .contains("web-v9 is no backend of TrafficSplit " + shop.namespace + "/canary")
                .contains("next: its backends are: web-v1, web-v2");
        assertThat(set(editor, "nope", "web-v1=1").err())
                .contains("there is no TrafficSplit " + shop.namespace + "/nope", "next: see kubectl get");
        CommandLineRun reader = set(shop.here(role(kube, "reader", "get")), "canary", "web-v1=1");
        assertThat(reader.exit()).isEqualTo(1);
        assertThat(reader.err()).contains("nothing is changed: ", "cannot patch resource \"trafficsplits\"");
        assertThat(set(shop.here(role(kube, "nobody", "watch")), "canary", "web-v1=1")
                        .err())
                .contains("cannot get resource \"trafficsplits\"");
        assertThat(set(editor, "canary", "web-v1=1", "-f", ".").exit()).isEqualTo(2);

        assertThat(split(kube, "v1alpha4").getMetadata().getResourceVersion()).isEqualTo(version);
    }
}
