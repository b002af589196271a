package io.weir.telemetry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
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
import io.weir.controlplane.identity.program.KeyRequest;
import io.weir.controlplane.xds.server.TelemetryCertificates;
import io.weir.smi.wellknown.Sidecar;
import io.weir.testing.kube.KubeApiServer;
import io.weir.testing.kube.KubeTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The program, from what sidecars push to what an API server answers, and to whom it is given a certificate. */
@KubeTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTelemetryTest {

    private static final String API = "/apis/metrics.smi-spec.io/v1alpha2";
    private static final String XDS_NAME = "weir-xds.cluster.local";

    private TelemetryCluster mesh;

    @BeforeAll
    void start(KubeApiServer kube, @TempDir Path folder) throws Exception {
        mesh = new TelemetryCluster(kube, folder);
    }

    @AfterAll
    void end() throws Exception {
        mesh.close();
    }

    /** Their sidecars report no more, which would be missed. */
    @AfterEach
    void deletePods() {
        mesh.kube.client().pods().inNamespace(mesh.shop).withGracePeriod(0).delete();
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
        Pod web = mesh.pod(mesh.shop, "web-0", "default");
        String path = API + "/namespaces/" + mesh.shop + "/pods/web-0";
        await().atMost(TelemetryCluster.PATIENCE).until(() -> code(mesh.kube.client(), path) != 404);
        AtomicInteger requests = new AtomicInteger();
        try (PushingSidecar sidecar = mesh.sidecar(web, mesh.shop + "/web-0")) {
            await().atMost(TelemetryCluster.PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                    .untilAsserted(() -> {
                        sidecar.push(requests.addAndGet(7));
                        assertThat(mesh.kube.client().raw(path + "?t=5s", "GET", null))
                                .containsPattern("\"name\":\"success_count\"[^}]*\"value\":\"(7|14|21|28|35|42)\"");
                        assertThat(sidecar.end()).isNull();
                    });
            assertThat(get(mesh.telemetry.adminPort(), "/metrics").body()).contains("weir_telemetry_sidecars 1.0");
            assertThat(get(mesh.telemetry.localPort(), "/v1/edges?t=5s").body()).contains("web-0");
        }
        assertThat(get(mesh.telemetry.adminPort(), "/v1/edges").statusCode())
                .as("at the loopback only")
                .isEqualTo(404);
        assertThat(code(mesh.kube.client(), API + "/namespaces/" + mesh.shop + "/pods/nobody"))
                .isEqualTo(404);
    }

    @Test
    void a_sidecar_reports_as_itself_and_nobody_without_proof_does() throws Exception {
        Pod one = mesh.pod(mesh.shop, "one", "default");
        Pod two = mesh.pod(mesh.shop, "two", "default");
        try (PushingSidecar forged = mesh.sidecar(one, mesh.shop + "/two")) {
            assertThat(refused(forged)).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
        String port = mesh.kube.podToken(two);
        try (PushingSidecar other = new PushingSidecar(
                mesh.telemetry.pushPort(), mesh.roots(), TelemetryCluster.OWN_NAME, port, mesh.shop + "/two")) {
            assertThat(refused(other)).as("a token for another audience").isEqualTo(Status.Code.UNAUTHENTICATED);
        }
        try (PushingSidecar honest = mesh.sidecar(two, mesh.shop + "/two")) {
            await().atMost(TelemetryCluster.PATIENCE).until(() -> {
                honest.push(1);
                return get(mesh.telemetry.adminPort(), "/metrics").body().contains("weir_telemetry_sidecars 1.0");
            });
            assertThat(honest.end()).isNull();
        }
    }

    /** Why it may not, once its pod is known. */
    private static Status.Code refused(PushingSidecar sidecar) {
        AtomicReference<Status.Code> code = new AtomicReference<>(Status.Code.OK);
        await().atMost(TelemetryCluster.PATIENCE).until(() -> {
            sidecar.push(1);
            Status end = sidecar.end();
            code.set(end == null ? Status.Code.OK : end.getCode());
            return code.get() != Status.Code.OK && code.get() != Status.Code.UNAVAILABLE;
        });
        return code.get();
    }

    @Test
    void it_is_ready_and_needs_each_permission_that_it_is_given_and_no_other() throws Exception {
        assertThat(mesh.telemetry.isReady()).isTrue();
        assertThat(get(mesh.telemetry.adminPort(), "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(mesh.telemetry.adminPort(), "/metrics/edges").statusCode())
                .isEqualTo(200);
        try (KubernetesClient alice = mesh.kube.user("alice").client();
                PushingSidecar sidecar = mesh.sidecar(mesh.pod(mesh.shop, "three", "default"), mesh.shop + "/three")) {
            assertThat(code(alice, API + "/namespaces/" + mesh.shop + "/pods/three"))
                    .isEqualTo(403);
            await().atMost(TelemetryCluster.PATIENCE).untilAsserted(() -> {
                sidecar.push(1);
                assertThat(mesh.account.unused())
                        .as("granted, and not needed but to renew, or where SMI's kinds are installed")
                        .allMatch(permission -> permission.contains("names=[weir-telemetry-tls], verb=update")
                                || (permission.contains(".smi-spec.io") && permission.contains("verb=watch")));
            });
        }
        assertThat(mesh.account.requests()).as("forbidden").noneMatch(request -> request.code() == 403);
    }

    @Test
    void one_that_ends_is_not_ready_and_takes_no_streams_and_still_answers() throws Exception {
        try (ClusterTelemetry second = mesh.replica("weir-telemetry-1")) {
            await().atMost(TelemetryCluster.PATIENCE).until(second::isReady);
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
                mesh.kube.podToken(mesh.ownPod, Sidecar.TOKEN_AUDIENCE),
                KeyRequest.make().pem()));

        assertThat(names(certificate))
                .containsExactlyInAnyOrder(
                        "spiffe://cluster.local/ns/" + mesh.account.namespace() + "/sa/weir-telemetry",
                        TelemetryCluster.OWN_NAME);
        assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(refusal(mesh.kube.podToken(mesh.ownPod, Sidecar.TOKEN_AUDIENCE), "what is this"))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void nobody_else_is_given_one() {
        String request = KeyRequest.make().pem();
        String namespace = mesh.account.namespace();
        Pod otherAccount = mesh.pod(namespace, "injector-0", "weir-injector");
        Pod otherNamespace = mesh.pod(mesh.shop, "weir-telemetry-0", Sidecar.TELEMETRY_SERVICE);
        assertThat(refusal(mesh.kube.podToken(otherAccount, Sidecar.TOKEN_AUDIENCE), request))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal(mesh.kube.podToken(otherNamespace, Sidecar.TOKEN_AUDIENCE), request))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refusal(mesh.kube.podToken(mesh.ownPod), request))
                .as("a token for the API server")
                .isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refusal(mesh.kube.token(namespace, Sidecar.TELEMETRY_SERVICE, Sidecar.TOKEN_AUDIENCE), request))
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
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", mesh.controlPlane.xdsPort())
                .overrideAuthority(XDS_NAME)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(new ByteArrayInputStream(mesh.roots().getBytes(StandardCharsets.US_ASCII)))
                        .build())
                .build();
        try {
            return ClientCalls.blockingUnaryCall(
                            ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                            TelemetryCertificates.ISSUE,
                            CallOptions.DEFAULT.withDeadlineAfter(TelemetryCluster.PATIENCE),
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
