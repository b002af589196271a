package io.weir.controlplane.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.CertificateSettings;
import io.weir.controlplane.identity.ca.RotationStep.Moved;
import io.weir.controlplane.identity.ca.ServerCertificate;
import io.weir.controlplane.identity.ca.Svid;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.identity.program.KeyRequest;
import io.weir.controlplane.identity.state.StateFolder;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.controlplane.xds.cache.Timers;
import io.weir.controlplane.xds.server.ProxyEndpoint;
import io.weir.controlplane.xds.server.XdsServer;
import io.weir.controlplane.xds.server.XdsServerConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program gets from the authority, and to whom it opens doors. TLS reads the wall clock, and so does the test's. */
class ProgramTlsTest {

    private static final TrustDomain MESH = new TrustDomain("mesh.example");
    private static final Identity TELEMETRY = new Identity("weir-system", "weir-telemetry");
    private static final PodBinding POD =
            new PodBinding("weir-system", "weir-telemetry", "", "weir-telemetry-0", "uid-0", "", "");

    /** Says who calls. */
    private static final MethodDescriptor<StringValue, StringValue> WHO =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName("test.Who/Calls")
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();

    @TempDir
    private Path folder;

    private final SettableClock clock = new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private CertificateAuthority authority;

    @BeforeEach
    void open() throws IOException {
        authority = authority("state");
    }

    private CertificateAuthority authority(String name) throws IOException {
        return CertificateAuthority.open(
                StateFolder.open(folder.resolve(name)), MESH, CertificateSettings.defaults(), clock);
    }

    @AfterEach
    void close() throws IOException {
        authority.close();
        timer.shutdownNow();
    }

    private ServerCertificate issued(KeyRequest request, TrustBundle roots) throws GeneralSecurityException {
        PodCertificate certificate = authority.issueTelemetry(POD, KeyRequest.requested(request.pem()));
        return ServerCertificate.issued(request.key(), certificate.chainPem(), roots, clock.instant());
    }

    private ProgramTls program() throws GeneralSecurityException {
        ProgramTls tls = new ProgramTls();
        tls.trust(authority.bundle());
        tls.use(issued(KeyRequest.make(), authority.bundle()));
        return tls;
    }

    @Test
    void a_certificate_is_due_before_the_first_at_half_of_its_life_and_when_its_root_is_trusted_no_more()
            throws Exception {
        ProgramTls tls = new ProgramTls();
        assertThat(tls.isDue(clock.instant())).isTrue();
        tls.trust(TrustBundle.read(authority.bundle().pem()));
        tls.use(issued(KeyRequest.make(), authority.bundle()));
        Instant now = clock.instant();
        assertThat(tls.isDue(now)).isFalse();
        assertThat(tls.isDue(now.plus(Duration.ofHours(10)))).isFalse();
        assertThat(tls.isDue(now.plus(Duration.ofHours(14)))).isTrue();
        try (CertificateAuthority another = authority("another")) {
            tls.trust(another.bundle());
        }
        assertThat(tls.isDue(now)).isTrue();
    }

    @Test
    void what_is_of_another_key_or_of_other_roots_is_not_used() throws Exception {
        PodCertificate certificate = authority.issueTelemetry(
                POD, KeyRequest.requested(KeyRequest.make().pem()));
        KeyRequest other = KeyRequest.make();
        assertThatThrownBy(() -> ServerCertificate.issued(
                        other.key(), certificate.chainPem(), authority.bundle(), clock.instant()))
                .hasMessageContaining("another key");
        try (CertificateAuthority another = authority("another")) {
            assertThatThrownBy(() -> issued(other, another.bundle())).hasMessageContaining("no root");
        }
        assertThatThrownBy(() -> TrustBundle.read("nothing")).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void a_request_proves_that_its_sender_has_the_key() throws Exception {
        KeyRequest request = KeyRequest.make();
        assertThat(KeyRequest.requested(request.pem())).isEqualTo(request.key().getPublic());
        assertThat(request.toString()).doesNotContain("Private", "PRIVATE");
        // Some of the signature, at the end, is of another request.
        String[] one = request.pem().split("\n", -1);
        String[] other = KeyRequest.make().pem().split("\n", -1);
        one[one.length - 3] = other[one.length - 3];
        assertThatThrownBy(() -> KeyRequest.requested(String.join("\n", one)))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> KeyRequest.requested("x".repeat(5_000))).hasMessageContaining("longer than");
        assertThatThrownBy(() -> KeyRequest.requested("")).hasMessageContaining("no PKCS#10");
    }

    @Test
    void the_certificate_is_the_programs_and_its_pods_and_no_workloads() throws Exception {
        X509Certificate certificate =
                issued(KeyRequest.make(), authority.bundle()).certificate();
        assertThat(certificate.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(1).toString()))
                .containsExactlyInAnyOrder(
                        "spiffe://mesh.example/ns/weir-system/sa/weir-telemetry", "weir-telemetry.mesh.example");
        assertThat(PodBinding.of(certificate)).isEqualTo(POD);
        assertThat(certificate.getExtendedKeyUsage())
                .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(MESH.workload("weir-system", "weir-telemetry.mesh.example")).isNull();
    }

    @Test
    void replicas_of_the_program_know_each_other_and_let_nobody_else_in() throws Exception {
        ProgramTls program = program();
        ProgramTls replica = program();
        try (XdsServer server = serve(program)) {
            assertThat(call(server, tls -> tls.keyManager(replica.keyManager()).trustManager(replica.servers())))
                    .isEqualTo("weir-system/weir-telemetry-0");
            assertThat(refusal(server, tls -> tls.trustManager(replica.servers())))
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
            Svid sidecar = authority.issue(new Identity("shop", "web"), new WorkloadKey("shop", "web-0"));
            assertThat(refusal(server, tls -> shown(tls, sidecar).trustManager(replica.servers())))
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
            Svid sameAccount = authority.issue(TELEMETRY, new WorkloadKey("weir-system", "other-0"));
            assertThat(refusal(server, tls -> shown(tls, sameAccount).trustManager(replica.servers())))
                    .as("a pod of the account whose certificate was made for a sidecar")
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void while_a_root_is_replaced_replicas_with_certificates_of_the_old_and_the_new_know_each_other() throws Exception {
        ProgramTls before = program();
        authority.rotate();
        before.trust(TrustBundle.read(authority.bundle().pem()));
        clock.forward(CertificateSettings.defaults().distribution().plusSeconds(1));
        assertThat(authority.advance(_ -> true)).isInstanceOf(Moved.class);
        ProgramTls after = program();
        assertThat(Objects.requireNonNull(after.certificate()).signer())
                .isNotEqualTo(Objects.requireNonNull(before.certificate()).signer());
        assertThat(before.isDue(clock.instant()))
                .as("its root is still trusted")
                .isFalse();
        try (XdsServer server = serve(before)) {
            assertThat(call(server, tls -> tls.keyManager(after.keyManager()).trustManager(after.servers())))
                    .isEqualTo("weir-system/weir-telemetry-0");
        }
        try (XdsServer server = serve(after)) {
            assertThat(call(server, tls -> tls.keyManager(before.keyManager()).trustManager(before.servers())))
                    .isEqualTo("weir-system/weir-telemetry-0");
        }
    }

    @Test
    void a_server_is_believed_by_its_name_only_and_one_without_roots_believes_none() throws Exception {
        ProgramTls program = program();
        try (XdsServer server = serve(program)) {
            assertThat(refusal(server, "weir-xds.mesh.example", tls -> tls.trustManager(program.servers())))
                    .isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refusal(server, tls -> tls.trustManager(new ProgramTls().servers())))
                    .isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refusal(server, tls -> tls.trustManager(program.clients())))
                    .as("trust in clients is no trust in servers")
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
        ProgramTls early = new ProgramTls();
        try (XdsServer server = serve(early)) {
            assertThat(refusal(server, tls -> tls.trustManager(program.servers())))
                    .as("no certificate yet")
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    private XdsServer serve(ProgramTls tls) throws IOException {
        BindableService who = () -> ServerServiceDefinition.builder("test.Who")
                .addMethod(WHO, ServerCalls.asyncUnaryCall((_, answer) -> {
                    answer.onNext(StringValue.of(
                            ProxyEndpoint.CALLER.get().identity().workloadKey().toString()));
                    answer.onCompleted();
                }))
                .build();
        return XdsServer.start(
                XdsServerConfig.at(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)),
                XdsServer.tls(tls.keyManager(), tls.clients()),
                (_, _) -> {
                    throw new ProxyAuthenticator.Denied(DenialReason.UNKNOWN_WORKLOAD);
                },
                Timers.system(timer),
                List.of(new ProxyEndpoint(
                        who, ChainedAuthenticator.telemetry(MESH, authority::bundle, TELEMETRY, clock))));
    }

    private static SslContextBuilder shown(SslContextBuilder tls, Svid svid) {
        return tls.keyManager(
                new ByteArrayInputStream(svid.chainPem().getBytes(StandardCharsets.US_ASCII)),
                new ByteArrayInputStream(svid.keyPem().getBytes(StandardCharsets.US_ASCII)));
    }

    private static Status.Code refusal(XdsServer server, UnaryOperator<SslContextBuilder> tls) throws IOException {
        return refusal(server, MESH.telemetryServerName(), tls);
    }

    private static Status.Code refusal(XdsServer server, String name, UnaryOperator<SslContextBuilder> tls)
            throws IOException {
        try {
            call(server, name, tls);
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    private static String call(XdsServer server, UnaryOperator<SslContextBuilder> tls) throws IOException {
        return call(server, MESH.telemetryServerName(), tls);
    }

    private static String call(XdsServer server, String name, UnaryOperator<SslContextBuilder> tls) throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .overrideAuthority(name)
                .sslContext(tls.apply(GrpcSslContexts.forClient()).build())
                .build();
        try {
            return ClientCalls.blockingUnaryCall(
                            channel,
                            WHO,
                            CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(30)),
                            StringValue.getDefaultInstance())
                    .getValue();
        } finally {
            channel.shutdownNow();
        }
    }
}
