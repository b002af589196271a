package io.weir.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.weir.injector.Injector;
import io.weir.injector.InjectorOptions;
import io.weir.injector.bootstrap.Credential;
import io.weir.injector.crd.CustomResourceDefinitions;
import io.weir.injector.inject.InjectionSettings;
import io.weir.injector.serving.ServedBy;
import io.weir.injector.serving.ServingCertificates;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The chart and a real API server, which has no kubelet: its programs don't run, and no Job ends. */
@Tag("kube")
class ChartInClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Kinds that are somebody else's. */
    private static final String PROMETHEUS = "monitoring.coreos.com/v1";

    /** What kubectl remarks where an API is registered and its program does not run. */
    private static final Pattern NOT_SERVED = Pattern.compile("(?m)^E\\d{4} .*metrics\\.smi-spec\\.io.*\\R");

    private static KubeApiServer kube;

    @TempDir
    private Path folder;

    @BeforeAll
    static void launch() {
        kube = KubeApiServer.launch();
    }

    @AfterAll
    static void end() {
        kube.close();
    }

    private static Map<String, String> environment() {
        return Map.of("KUBECONFIG", kube.admin().kubeconfig().toString());
    }

    private static Helm.Result kubectl(String... arguments) {
        List<String> command = new ArrayList<>(List.of(kube.kubectl().toString()));
        command.addAll(List.of(arguments));
        Helm.Result result = Helm.execute(environment(), command);
        return new Helm.Result(result.exit(), NOT_SERVED.matcher(result.out()).replaceAll(""));
    }

    /** Makes the namespace with the strictest of Kubernetes' security levels. */
    private static void namespace() {
        if (kube.client().namespaces().withName(Helm.NAMESPACE).get() == null) {
            kubectl("create", "namespace", Helm.NAMESPACE).expected();
            kubectl("create", "serviceaccount", "default", "-n", Helm.NAMESPACE);
            kubectl("label", "namespace", Helm.NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
                    .expected();
        }
    }

    private Path file(List<JsonNode> objects) throws IOException {
        Path file = Files.createTempFile(folder, "chart", ".yaml");
        return Files.writeString(
                file, objects.stream().map(YAML::writeValueAsString).collect(Collectors.joining("\n")));
    }

    @Test
    void a_cluster_knows_every_object_and_every_field() throws IOException {
        namespace();
        for (Path one : ChartTest.cases()) {
            List<JsonNode> objects = Helm.objects(ChartTest.render(one)).stream()
                    .filter(object -> !object.path("apiVersion").asString("").equals(PROMETHEUS))
                    .toList();
            assertThat(objects).hasSizeGreaterThan(10);
            String out = kubectl(
                            "apply",
                            "--server-side",
                            "--dry-run=server",
                            "--force-conflicts",
                            "--validate=strict",
                            "-f",
                            file(objects).toString())
                    .expected();
            assertThat(out).as(one.toString()).doesNotContain("Warning");
        }
    }

    @Test
    void every_pod_starts_where_security_is_restricted() throws IOException {
        namespace();
        int pods = 0;
        for (Path one : ChartTest.cases()) {
            for (JsonNode object : Helm.objects(ChartTest.render(one))) {
                JsonNode template = object.at("/spec/template");
                JsonNode wanted = template.isObject() ? template : object;
                if (!wanted.at("/spec/containers").isArray()) {
                    continue;
                }
                ObjectNode pod =
                        wanted.deepCopy().asObject().put("apiVersion", "v1").put("kind", "Pod");
                ((ObjectNode) pod.path("metadata")).put("generateName", "weir-").remove("name");
                // It exists once the chart is installed.
                ((ObjectNode) pod.path("spec")).put("serviceAccountName", "default");
                // The Job's and the Deployment's controllers resolve it.
                ((ObjectNode) pod.path("spec")).remove("topologySpreadConstraints");
                String path = "/api/v1/namespaces/" + Helm.NAMESPACE + "/pods?dryRun=All&fieldValidation=Strict";
                assertThatCode(() -> kube.client().raw(path, "POST", JSON.writeValueAsString(pod)))
                        .as(one + " " + Helm.name(object))
                        .doesNotThrowAnyException();
                pods++;
            }
        }
        assertThat(pods).isGreaterThan(15);
    }

    /** The versions of all objects of the chart, by name. */
    private static Map<String, String> versions(Path manifests) {
        JsonNode list = JSON.readTree(
                kubectl("get", "-f", manifests.toString(), "-o", "json").expected());
        return Helm.elements(list.path("items")).stream()
                .collect(Collectors.toMap(
                        Helm::name,
                        object -> object.at("/metadata/resourceVersion").asString(""),
                        (a, _) -> a,
                        TreeMap::new));
    }

    private static Injector injector(KubernetesClient client) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        InjectionSettings settings = new InjectionSettings(
                "1",
                new InjectionSettings.Mesh(
                        "cluster.local", Helm.NAMESPACE, "weir-control-plane.weir-system.svc", false, false),
                new InjectionSettings.Images("envoy", "init"),
                true,
                Credential.TOKEN,
                InjectionSettings.Resources.usual());
        return Injector.start(client, new InjectorOptions(Helm.NAMESPACE, anyPort, anyPort, settings));
    }

    /** Whether the API server has said of each APIService that it does not answer, which it writes once. */
    private static boolean hasBeenTried() {
        return Helm.elements(JSON.readTree(
                                kubectl("get", "apiservices", "-o", "json").expected())
                        .path("items"))
                .stream()
                .filter(service -> service.at("/spec/group").asString("").equals("metrics.smi-spec.io"))
                .allMatch(service ->
                        service.at("/status/conditions/0/status").asString("").equals("False"));
    }

    /** What the telemetry program writes. */
    private static ServingCertificates telemetry(KubernetesClient client) {
        return ServingCertificates.start(client, Helm.NAMESPACE, ServedBy.telemetry(), InstantSource.system());
    }

    private static boolean hasBundles() {
        return Helm.elements(JSON.readTree(kubectl(
                                        "get",
                                        "mutatingwebhookconfigurations/weir-injector",
                                        "validatingwebhookconfigurations/weir-smi",
                                        "apiservices/v1alpha1.metrics.smi-spec.io",
                                        "apiservices/v1alpha2.metrics.smi-spec.io",
                                        "-o",
                                        "json")
                                .expected())
                        .path("items"))
                .stream()
                .flatMap(object -> object.path("kind").asString("").equals("APIService")
                        ? Stream.of(object.at("/spec/caBundle"))
                        : Helm.elements(object.path("webhooks")).stream()
                                .map(webhook -> webhook.at("/clientConfig/caBundle")))
                .noneMatch(bundle -> bundle.asString("").isEmpty());
    }

    /** What Argo CD, Flux and people with kubectl diff see. */
    @Test
    void what_weir_writes_in_the_cluster_is_no_difference_from_the_chart() throws IOException {
        namespace();
        List<JsonNode> objects = Helm.objects(
                        Helm.template("--kube-version=1.37.0").expected())
                .stream()
                .filter(object -> !Helm.isHook(object))
                .toList();
        Path manifests = file(objects);
        String[] apply = {"apply", "--server-side", "--field-manager=gitops", "-f", manifests.toString()};
        kubectl(apply).expected();
        new CustomResourceDefinitions(kube.client(), Helm.NAMESPACE).apply();
        try (KubernetesClient client = kube.admin().client();
                Injector injector = injector(client);
                ServingCertificates _ = telemetry(client)) {
            await().atMost(PATIENCE).until(injector::isReady);
            await().atMost(PATIENCE).until(() -> hasBundles() && hasBeenTried());

            Map<String, String> before = versions(manifests);
            assertThat(kubectl("diff", "--server-side", "--field-manager=gitops", "-f", manifests.toString()))
                    .isEqualTo(new Helm.Result(0, ""));
            kubectl(apply).expected();
            assertThat(versions(manifests)).isEqualTo(before);
            assertThat(hasBundles()).isTrue();
        } finally {
            kubectl("delete", "-f", manifests.toString()).expected();
        }
    }

    @Test
    void helm_installs_upgrades_and_removes_it() throws IOException {
        namespace();
        Job.of("pre-install").succeed(kube, folder);
        Helm.run(environment(), "install", "weir", Helm.CHART, "-n", Helm.NAMESPACE, "--no-hooks")
                .expected();
        try (KubernetesClient client = kube.admin().client();
                Injector injector = injector(client);
                ServingCertificates _ = telemetry(client)) {
            await().atMost(PATIENCE).until(injector::isReady);
            await().atMost(PATIENCE).until(() -> hasBundles() && hasBeenTried());
            Job.of("post-install").succeed(kube, folder);
            Path manifests = Files.writeString(
                    folder.resolve("released.yaml"),
                    Helm.run(environment(), "get", "manifest", "weir", "-n", Helm.NAMESPACE)
                            .expected());
            Map<String, String> before = versions(manifests);

            String out = Helm.run(environment(), "upgrade", "weir", Helm.CHART, "-n", Helm.NAMESPACE, "--no-hooks")
                    .expected();
            assertThat(out.strip()).endsWith("weir check");
            assertThat(versions(manifests)).isEqualTo(before);
            assertThat(hasBundles()).isTrue();
            // Nobody starts the programs here; all else is well, and may be looked at.
            assertThat(Job.of("test").run(kube, folder).out().lines().filter(line -> line.startsWith("x ")))
                    .containsExactlyInAnyOrder(
                            "x deployment weir-control-plane is ready",
                            "x service weir-control-plane leads to a replica",
                            "x deployment weir-injector is ready",
                            "x service weir-injector leads to a replica",
                            "x deployment weir-telemetry is ready",
                            "x service weir-telemetry leads to a replica",
                            "x APIService v1alpha1.metrics.smi-spec.io is available",
                            "x APIService v1alpha2.metrics.smi-spec.io is available",
                            "x the control plane has a leader",
                            "x 9 checks failed");
        }
        Job.of("pre-delete").succeed(kube, folder);
        Helm.run(environment(), "uninstall", "weir", "-n", Helm.NAMESPACE, "--no-hooks")
                .expected();
        assertThat(kubectl("get", "deployments,services,clusterroles", "-n", Helm.NAMESPACE, "-o", "name")
                        .expected())
                .doesNotContain("weir");
    }
}
