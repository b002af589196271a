package io.weir.controlplane.xds.server;

import com.google.protobuf.StringValue;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ChainedAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.pod.PodBinding;
import io.weir.controlplane.identity.pod.PodCertificate;
import io.weir.controlplane.identity.program.KeyRequest;
import io.weir.controlplane.identity.review.TokenReviews;
import io.weir.controlplane.model.Identity;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs for the telemetry program, and for nobody else: what is asked for is a key's certificate, and its names follow from
 * who asks. The key stays where it was made.
 */
public final class TelemetryCertificates implements BindableService {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryCertificates.class);
    private static final String SERVICE = "weir.v1.TelemetryCertificates";

    /** A PKCS#10 request in PEM, answered with the certificate in PEM. */
    public static final MethodDescriptor<StringValue, StringValue> ISSUE =
            MethodDescriptor.<StringValue, StringValue>newBuilder()
                    .setType(MethodDescriptor.MethodType.UNARY)
                    .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Issue"))
                    .setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
                    .build();

    private final CertificateAuthority authority;

    private TelemetryCertificates(CertificateAuthority authority) {
        this.authority = authority;
    }

    /** @param account that the program runs as; its pods prove it with bound tokens */
    public static ProxyEndpoint endpoint(CertificateAuthority authority, TokenReviews tokens, Identity account) {
        return new ProxyEndpoint(new TelemetryCertificates(authority), ChainedAuthenticator.program(tokens, account));
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(ISSUE, ServerCalls.asyncUnaryCall(this::issue))
                .build();
    }

    private void issue(StringValue request, StreamObserver<StringValue> answer) {
        ProxyCredential caller = ProxyEndpoint.CALLER.get();
        if (caller == null) {
            throw new IllegalStateException("a call of nobody: certificates are served as a ProxyEndpoint only");
        }
        ProxyIdentity program = caller.identity();
        try {
            PodCertificate issued = authority.issueTelemetry(
                    new PodBinding(
                            program.namespace(),
                            program.serviceAccount(),
                            "",
                            program.workload(),
                            program.uid(),
                            "",
                            ""),
                    KeyRequest.requested(request.getValue()));
            LOG.info("certificate issued: pod={} until={}", program.workloadKey(), issued.notAfter());
            answer.onNext(StringValue.of(issued.chainPem()));
            answer.onCompleted();
        } catch (GeneralSecurityException e) {
            LOG.warn("certificate refused: pod={} reason={}", program.workloadKey(), e.getMessage());
            answer.onError(Status.INVALID_ARGUMENT
                    .withDescription("the request for a certificate: " + e.getMessage())
                    .asRuntimeException());
        }
    }
}
