package io.weir.telemetry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.fabric8.kubernetes.api.model.APIServiceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.weir.controlplane.ClusterControlPlane;
import io.weir.controlplane.ClusterOptions;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.program.KeyRequest;
import io.weir.controlplane.model.MeshSettings;
import io.weir.controlplane.model.Mode;
import io.weir.controlplane.source.kubernetes.KubernetesOptions;
import io.weir.controlplane.xds.server.TelemetryCertificates;
import io.weir.smi.wellknown.InjectedSidecar;
import io.weir.smi.wellknown.Keys;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.InstalledAccount;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The program beside a control plane, over a real API server, with the rights that it is installed with. */
@KubeTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTelemetryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String API = "/apis/metrics.smi-spec.io/v1alpha2";
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    private static final String XDS_NAME = "weir-xds.cluster.local";
    private static final String OWN_NAME = "weir-telemetry.cluster.local";
    private static final String SIDECAR = new InjectedSidecar(
                    "test", InjectedSidecar.Style.CLASSIC, InjectedSidecar.Interception.REDIRECT, null, null, null)
            .json();

    private final KubeApiServer kube;
    private final String shop;
    private final AtomicInteger addresses = new AtomicInteger();
    private InstalledAccount account;
    private KubernetesClient admin;
    private KubernetesClient own;
    private ClusterControlPlane controlPlane;
    private ClusterTelemetry telemetry;
    private Pod ownPod;
    private Path token;

    ClusterTelemetryTest(KubeApiServer kube) {
        this.kube = kube;
        this.shop = kube.namespace("shop");
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
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

    private ClusterTelemetry replica(String name) throws IOException {
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

    @AfterAll
    void end() throws Exception {
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

    /** Their sidecars report no more, which would be missed. */
    @AfterEach
    void deletePods() {
        kube.client().pods().inNamespace(shop).withGracePeriod(0).delete();
    }

    /** A pod of an account, which is made if need be; in the shop it has a sidecar. */
    private Pod pod(String namespace, String name, String serviceAccount) {
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

    private String roots() {
        return kube.client()
                .configMaps()
                .inNamespace(account.namespace())
                .withName(Sidecar.ROOTS_CONFIG_MAP)
                .get()
                .getData()
                .get(Sidecar.ROOTS_KEY);
    }

    private PushingSidecar sidecar(Pod pod, String node) throws IOException {
        await().atMost(PATIENCE).until(() -> telemetry.certificateEnds() != null);
        return new PushingSidecar(
                telemetry.pushPort(), roots(), OWN_NAME, kube.podToken(pod, Sidecar.TOKEN_AUDIENCE), node);
    }

    private static int code(KubernetesClient client, String path) {
        try {
            client.raw(path, "GET", null);
            return 200;
        } catch (KubernetesClientException e) {
            return e.getCode();
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void what_a_sidecar_pushes_is_what_the_api_server_answers() throws Exception {
        Pod web = pod(shop, "web-0", "default");
        String path = API + "/namespaces/" + shop + "/pods/web-0";
        await().atMost(PATIENCE).until(() -> code(kube.client(), path) != 404);
        AtomicInteger requests = new AtomicInteger();
        try (PushingSidecar sidecar = sidecar(web, shop + "/web-0")) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                    .untilAsserted(() -> {
                        sidecar.push(requests.addAndGet(7));
                        assertThat(kube.client().raw(path + "?t=5s", "GET", null))
                                .containsPattern("\"name\":\"success_count\"[^}]*\"value\":\"(7|14|21|28|35|42)\"");
                        assertThat(sidecar.end()).isNull();
                    });
            assertThat(get(telemetry.adminPort(), "/metrics").body()).contains("weir_telemetry_sidecars 1.0");
            assertThat(get(telemetry.localPort(), "/v1/edges?t=5s").body()).contains("web-0");
        }
        assertThat(get(telemetry.adminPort(), "/v1/edges").statusCode())
                .as("at the loopback only")
                .isEqualTo(404);
        assertThat(code(kube.client(), API + "/namespaces/" + shop + "/pods/nobody"))
                .isEqualTo(404);
    }

    @Test
    void a_sidecar_reports_as_itself_and_nobody_without_proof_does() throws Exception {
        Pod one = pod(shop, "one", "default");
        Pod two = pod(shop, "two", "default");
        try (PushingSidecar forged = sidecar(one, shop + "/two")) {
            assertThat(refused(forged)).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
        String port = kube.podToken(two);
        try (PushingSidecar other = new PushingSidecar(telemetry.pushPort(), roots(), OWN_NAME, port, shop + "/two")) {
            assertThat(refused(other)).as("a token for another audience").isEqualTo(Status.Code.UNAUTHENTICATED);
        }
        try (PushingSidecar honest = sidecar(two, shop + "/two")) {
            await().atMost(PATIENCE).until(() -> {
                honest.push(1);
                return get(telemetry.adminPort(), "/metrics").body().contains("weir_telemetry_sidecars 1.0");
            });
            assertThat(honest.end()).isNull();
        }
    }

    /** Why it may not, once its pod is known. */
    private static Status.Code refused(PushingSidecar sidecar) {
        AtomicReference<Status.Code> code = new AtomicReference<>(Status.Code.OK);
        await().atMost(PATIENCE).until(() -> {
            sidecar.push(1);
            Status end = sidecar.end();
            code.set(end == null ? Status.Code.OK : end.getCode());
            return code.get() != Status.Code.OK && code.get() != Status.Code.UNAVAILABLE;
        });
        return code.get();
    }

    @Test
    void it_is_ready_and_needs_each_permission_that_it_is_given_and_no_other() throws Exception {
        assertThat(telemetry.isReady()).isTrue();
        assertThat(get(telemetry.adminPort(), "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(telemetry.adminPort(), "/metrics/edges").statusCode()).isEqualTo(200);
        try (KubernetesClient alice = kube.user("alice").client();
                PushingSidecar sidecar = sidecar(pod(shop, "three", "default"), shop + "/three")) {
            assertThat(code(alice, API + "/namespaces/" + shop + "/pods/three")).isEqualTo(403);
            await().atMost(PATIENCE).untilAsserted(() -> {
                sidecar.push(1);
                assertThat(account.unused())
                        .as("granted, and not needed but to renew, or where SMI's kinds are installed")
                        .allMatch(permission -> permission.contains("names=[weir-telemetry-tls], verb=update")
                                || (permission.contains(".smi-spec.io") && permission.contains("verb=watch")));
            });
        }
        assertThat(account.requests()).as("forbidden").noneMatch(request -> request.code() == 403);
    }

    @Test
    void one_that_ends_is_not_ready_and_takes_no_streams_and_still_answers() throws Exception {
        try (ClusterTelemetry second = replica("weir-telemetry-1")) {
            await().atMost(PATIENCE).until(second::isReady);
            int push = second.pushPort();
            new Socket("127.0.0.1", push).close();

            second.drain();

            assertThat(get(second.adminPort(), "/readyz").body()).contains("ending");
            assertThat(get(second.adminPort(), "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(second.localPort(), API).statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> new Socket("127.0.0.1", push)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void a_certificate_is_given_to_the_programs_own_account_with_names_that_nobody_chooses() throws Exception {
        X509Certificate certificate = parse(issue(
                kube.podToken(ownPod, Sidecar.TOKEN_AUDIENCE), KeyRequest.make().pem()));

        assertThat(names(certificate))
                .containsExactlyInAnyOrder(
                        "spiffe://cluster.local/ns/" + account.namespace() + "/sa/weir-telemetry", OWN_NAME);
        assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(refusal(kube.podToken(ownPod, Sidecar.TOKEN_AUDIENCE), "what is this"))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void nobody_else_is_given_one() {
        String request = KeyRequest.make().pem();
        String namespace = account.namespace();
        Pod otherAccount = pod(namespace, "injector-0", "weir-injector");
        Pod otherNamespace = pod(shop, "weir-telemetry-0", Sidecar.TELEMETRY_SERVICE);
        assertThat(refusal(kube.podToken(otherAccount, Sidecar.TOKEN_AUDIENCE), request))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal(kube.podToken(otherNamespace, Sidecar.TOKEN_AUDIENCE), request))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal(kube.podToken(ownPod), request))
                .as("a token for the API server")
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refusal(kube.token(namespace, Sidecar.TELEMETRY_SERVICE, Sidecar.TOKEN_AUDIENCE), request))
                .as("a token of no pod")
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refusal(null, request)).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    private Status.Code refusal(@Nullable String token, String request) {
        try {
            issue(token, request);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String issue(@Nullable String token, String request) throws IOException {
        Metadata headers = new Metadata();
        if (token != null) {
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", controlPlane.xdsPort())
                .overrideAuthority(XDS_NAME)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(new ByteArrayInputStream(roots().getBytes(StandardCharsets.US_ASCII)))
                        .build())
                .build();
        try {
            return ClientCalls.blockingUnaryCall(
                            ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                            TelemetryCertificates.ISSUE,
                            CallOptions.DEFAULT.withDeadlineAfter(PATIENCE),
                            StringValue.of(request))
                    .getValue();
        } finally {
            channel.shutdownNow();
        }
    }

    private static X509Certificate parse(String pem) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static List<String> names(X509Certificate certificate) throws Exception {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names.stream().map(name -> (String) name.get(1)).toList();
    }
}
