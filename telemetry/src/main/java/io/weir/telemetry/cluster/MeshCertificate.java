package io.weir.telemetry.cluster;

import com.google.protobuf.StringValue;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.weir.controlplane.identity.ProgramTls;
import io.weir.controlplane.identity.ca.ServerCertificate;
import io.weir.controlplane.identity.ca.TrustBundle;
import io.weir.controlplane.identity.ca.TrustDomain;
import io.weir.controlplane.identity.program.KeyRequest;
import io.weir.controlplane.source.kubernetes.watch.ApiServer;
import io.weir.controlplane.xds.server.TelemetryCertificates;
import io.weir.smi.wellknown.Sidecar;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the program's certificate fresh and its roots current. The roots are those that the control plane publishes; the key
 * is made here, stays in memory, and is a new one for each certificate.
 */
final class MeshCertificate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MeshCertificate.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final KubernetesClient client;
    private final TelemetryOptions options;
    private final ProgramTls tls;
    private final InstantSource clock;
    private final ScheduledExecutorService rounds = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("mesh-certificate").daemon().factory());
    private String problem = "";

    private MeshCertificate(KubernetesClient client, TelemetryOptions options, ProgramTls tls, InstantSource clock) {
        this.client = ApiServer.once(client, PATIENCE);
        this.options = options;
        this.tls = tls;
        this.clock = clock;
    }

    /**
     * Begins; nothing is waited for.
     *
     * @param client stays its owner's
     * @param tls is given roots and certificates
     */
    static MeshCertificate keep(
            KubernetesClient client, TelemetryOptions options, ProgramTls tls, InstantSource clock) {
        MeshCertificate certificate = new MeshCertificate(client, options, tls, clock);
        ScheduledFuture<?> _ = certificate.rounds.scheduleWithFixedDelay(
                certificate::round, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return certificate;
    }

    private void round() {
        try {
            TrustBundle roots = roots();
            tls.trust(roots);
            if (tls.isDue(clock.instant())) {
                ServerCertificate issued = ask(roots);
                tls.use(issued);
                LOG.info(
                        "certificate of the mesh: until {}",
                        issued.certificate().getNotAfter().toInstant());
            }
            problem = "";
        } catch (KubernetesClientException | StatusRuntimeException | IOException | GeneralSecurityException e) {
            tell(String.valueOf(e.getMessage()));
        } catch (RuntimeException bug) {
            LOG.error("the certificate of the mesh: this is a bug; trying again", bug);
        }
    }

    /** Once each: it is tried again every few seconds. */
    private void tell(String failure) {
        if (!failure.equals(problem)) {
            problem = failure;
            LOG.warn("the certificate of the mesh waits, and is tried again: {}", failure);
        }
    }

    private TrustBundle roots() throws CertificateException {
        ConfigMap map = client.configMaps()
                .inNamespace(options.namespace())
                .withName(Sidecar.ROOTS_CONFIG_MAP)
                .get();
        String pem = map == null || map.getData() == null ? null : map.getData().get(Sidecar.ROOTS_KEY);
        if (pem == null) {
            throw new CertificateException("the control plane has not published the mesh's roots in ConfigMap "
                    + options.namespace() + "/" + Sidecar.ROOTS_CONFIG_MAP + " yet");
        }
        return TrustBundle.read(pem);
    }

    private ServerCertificate ask(TrustBundle roots) throws IOException, GeneralSecurityException {
        Metadata headers = new Metadata();
        headers.put(
                AUTHORIZATION,
                "Bearer " + Files.readString(options.controlPlane().token()).strip());
        KeyRequest request = KeyRequest.make();
        ManagedChannel channel = NettyChannelBuilder.forTarget(
                        options.controlPlane().address())
                .sslContext(
                        GrpcSslContexts.forClient().trustManager(tls.servers()).build())
                .overrideAuthority(new TrustDomain(options.settings().trustDomain()).xdsServerName())
                .build();
        try {
            Channel authenticated =
                    ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
            String pem = ClientCalls.blockingUnaryCall(
                            authenticated,
                            TelemetryCertificates.ISSUE,
                            CallOptions.DEFAULT.withDeadlineAfter(PATIENCE.multipliedBy(2)),
                            StringValue.of(request.pem()))
                    .getValue();
            return ServerCertificate.issued(request.key(), pem, roots, clock.instant());
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public void close() {
        rounds.shutdownNow();
    }
}
