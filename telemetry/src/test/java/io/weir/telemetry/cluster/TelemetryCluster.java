package io.weir.telemetry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.weir.controlplane.ClusterControlPlane;
import io.weir.controlplane.ClusterOptions;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A control plane and the program beside it, over a real API server, with the rights that it is installed with. */
final class TelemetryCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    static final String OWN_NAME = "weir-telemetry.cluster.local";
    private static final String SIDECAR = new InjectedSidecar(
                    "test", InjectedSidecar.Style.CLASSIC, InjectedSidecar.Interception.REDIRECT, null, null, null)
            .json();

    final KubeApiServer kube;
    final String shop;
    private final AtomicInteger addresses = new AtomicInteger();
    final InstalledAccount account;
    private final KubernetesClient admin;
    private final KubernetesClient own;
    final ClusterControlPlane controlPlane;
    final ClusterTelemetry telemetry;
    final Pod ownPod;
    private final Path token;

    /** Returns once the API server asks the program. */
    TelemetryCluster(KubeApiServer kube, Path folder) throws IOException, InterruptedException {
        this.kube = kube;
        this.shop = kube.namespace("shop");
        account = InstalledAccount.in(kube, "/kubernetes/telemetry-rbac.yaml");
        String namespace = account.namespace();
        kube.client()
                .resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-system")
                        .withName(namespace)
                        .endMetadata()
                        .withNewRoleRef(
                                "rbac.authorization.k8s.io", "Role", "extension-apiserver-authentication-reader")
                        .addNewSubject("", "ServiceAccount", "default", namespace)
                        .build())
                .create();
        kube.serviceOnThisMachine(namespace, Sidecar.TELEMETRY_SERVICE);
        ownPod = pod(namespace, "weir-telemetry-0", Sidecar.TELEMETRY_SERVICE);
        token = Files.writeString(folder.resolve("token"), kube.podToken(ownPod, Sidecar.TOKEN_AUDIENCE));
        own = account.client();
        admin = client(kube.admin().config());
        controlPlane = controlPlane(namespace);
        telemetry = replica("weir-telemetry-0");
        register("v1alpha1", 100);
        register("v1alpha2", 200);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(condition("v1alpha1")).isEqualTo("True Passed");
            assertThat(condition("v1alpha2")).isEqualTo("True Passed");
        });
    }

    ClusterTelemetry replica(String name) throws IOException {
        return ClusterTelemetry.start(
                own,
                new TelemetryOptions(
                        account.namespace(),
                        name,
                        new TelemetryOptions.Ports(ANY, ANY, ANY, ANY),
                        new MeshSettings("cluster.local", "cluster.local", Mode.DENY),
                        KubernetesOptions.defaults(),
                        new TelemetryOptions.ControlPlane("127.0.0.1:" + controlPlane.xdsPort(), token),
                        Duration.ofMillis(1)));
    }

    private static KubernetesClient client(Config config) {
        config.setHttp2Disable(true);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private ClusterControlPlane controlPlane(String namespace) throws IOException, InterruptedException {
        return ClusterControlPlane.start(
                admin,
                new ClusterOptions(
                        namespace,
                        "one",
                        ANY,
                        ANY,
                        ANY,
                        new MeshSettings("cluster.local", "cluster.local", Mode.PERMISSIVE),
                        CertificateSettings.defaults(),
                        KubernetesOptions.defaults(),
                        null,
                        ClusterOptions.PodCertificates.NEVER,
                        Duration.ofMillis(1)));
    }

    /** As the chart does, without the roots, which the program adds. */
    private void register(String version, int priority) {
        kube.client()
                .apiServices()
                .resource(new APIServiceBuilder()
                        .withNewMetadata()
                        .withName(version + ".metrics.smi-spec.io")
                        .endMetadata()
                        .withNewSpec()
                        .withGroup("metrics.smi-spec.io")
                        .withVersion(version)
                        .withGroupPriorityMinimum(100)
                        .withVersionPriority(priority)
                        .withNewService()
                        .withNamespace(account.namespace())
                        .withName(Sidecar.TELEMETRY_SERVICE)
                        .withPort(telemetry.apiPort())
                        .endService()
                        .endSpec()
                        .build())
                .create();
    }

    /** Whether the API server asks the program, and why or why not. */
    private String condition(String version) {
        return kube
                .client()
                .apiServices()
                .withName(version + ".metrics.smi-spec.io")
                .get()
                .getStatus()
                .getConditions()
                .stream()
                .filter(condition -> condition.getType().equals("Available"))
                .map(condition -> condition.getStatus() + " "
                        + (condition.getStatus().equals("True") ? condition.getReason() : condition.getMessage()))
                .collect(Collectors.joining());
    }

    @Override
    public void close() throws IOException {
        // One that nobody serves would trouble every other test's discovery.
        for (String version : List.of("v1alpha1", "v1alpha2")) {
            kube.client()
                    .apiServices()
                    .withName(version + ".metrics.smi-spec.io")
                    .delete();
        }
        telemetry.close();
        controlPlane.close();
        own.close();
        admin.close();
    }

    /** A pod of an account, which is made if need be; in the shop it has a sidecar. */
    Pod pod(String namespace, String name, String serviceAccount) {
        if (kube.client()
                        .serviceAccounts()
                        .inNamespace(namespace)
                        .withName(serviceAccount)
                        .get()
                == null) {
            kube.client()
                    .resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withNamespace(namespace)
                            .withName(serviceAccount)
                            .endMetadata()
                            .build())
                    .create();
        }
        Pod pod = kube.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .addToAnnotations(Keys.SIDECAR, SIDECAR)
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName(serviceAccount)
                        .addNewContainer()
                        .withName(namespace.equals(shop) ? Sidecar.PROXY_CONTAINER : "program")
                        .withImage("envoy")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        String address = "10.9.0." + addresses.incrementAndGet();
        kube.client()
                .pods()
                .inNamespace(namespace)
                .withName(name)
                .editStatus(created -> new PodBuilder(created)
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP(address)
                        .addNewPodIP(address)
                        .endStatus()
                        .build());
        return pod;
    }

    String roots() {
        return kube.client()
                .configMaps()
                .inNamespace(account.namespace())
                .withName(Sidecar.ROOTS_CONFIG_MAP)
                .get()
                .getData()
                .get(Sidecar.ROOTS_KEY);
    }

    PushingSidecar sidecar(Pod pod, String node) throws IOException {
        await().atMost(PATIENCE).until(() -> telemetry.certificateEnds() != null);
        return new PushingSidecar(
                telemetry.pushPort(), roots(), OWN_NAME, kube.podToken(pod, Sidecar.TOKEN_AUDIENCE), node);
    }
}
