package io.weir.controlplane.xds.translate;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.weir.controlplane.model.Identity;
import io.weir.controlplane.xds.resource.XdsResource;
import io.weir.smi.wellknown.OpenTelemetryNames;
import java.util.SortedSet;

/** mTLS between sidecars: TLS 1.3, both sides with certificates that arrive by SDS, every connection validated. */
final class Tls {

    /**
     * No certificate carries it, because a SPIFFE ID has a path. It stands where nobody is accepted: Envoy takes an
     * empty list of names as anybody.
     */
    private static final String NOBODY = "spiffe://nobody.invalid";

    private Tls() {}

    /** Accepts any identity of the mesh; what it may do is decided by RBAC, which can answer 403. */
    static TransportSocket serverForMesh() {
        return server(CommonTlsContext.newBuilder().setValidationContextSdsSecretConfig(sds(Names.TRUST)));
    }

    /**
     * Accepts these identities only. For raw TCP the handshake has to refuse: network RBAC acts on the client's first
     * byte, by when a server that speaks first has been heard (seen on 1.36 and 1.40).
     */
    static TransportSocket serverFor(SortedSet<Identity> callers, String trustDomain) {
        return server(CommonTlsContext.newBuilder().setCombinedValidationContext(only(callers, trustDomain)));
    }

    private static TransportSocket server(CommonTlsContext.Builder context) {
        return socket(DownstreamTlsContext.newBuilder()
                .setCommonTlsContext(complete(context))
                .setRequireClientCertificate(Protos.TRUE)
                // A resumed session is not validated again, so it would outlive its certificate and its roots.
                .setDisableStatelessSessionResumption(true)
                .setDisableStatefulSessionResumption(true)
                .build());
    }

    /** Accepts a server with the certificate of one of these accounts. */
    static TransportSocket clientOf(SortedSet<Identity> accounts, String trustDomain) {
        CommonTlsContext.Builder context =
                CommonTlsContext.newBuilder().setCombinedValidationContext(only(accounts, trustDomain));
        return socket(UpstreamTlsContext.newBuilder()
                .setCommonTlsContext(complete(context))
                .setSni(Names.SNI)
                .setMaxSessionKeys(Protos.uint32(0))
                .build());
    }

    /** Accepts a server outside of the mesh by its name and the roots of the system; shows no certificate. */
    static TransportSocket clientOfTheWorld(String host) {
        CertificateValidationContext.Builder known = CertificateValidationContext.newBuilder()
                .setTrustedCa(DataSource.newBuilder().setFilename(OpenTelemetryNames.SYSTEM_ROOTS))
                .addMatchTypedSubjectAltNames(SubjectAltNameMatcher.newBuilder()
                        .setSanType(
                                Addresses.isAddress(host)
                                        ? SubjectAltNameMatcher.SanType.IP_ADDRESS
                                        : SubjectAltNameMatcher.SanType.DNS)
                        .setMatcher(Protos.exactly(host)));
        return socket(UpstreamTlsContext.newBuilder()
                .setSni(Addresses.isAddress(host) ? "" : host)
                .setCommonTlsContext(CommonTlsContext.newBuilder()
                        .setTlsParams(TlsParameters.newBuilder()
                                .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_2)
                                .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
                        .addAlpnProtocols("h2")
                        .setValidationContext(known))
                .build());
    }

    private static CommonTlsContext complete(CommonTlsContext.Builder context) {
        return context.setTlsParams(TlsParameters.newBuilder()
                        .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3)
                        .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3))
                .addTlsCertificateSdsSecretConfigs(sds(Names.IDENTITY))
                .build();
    }

    private static CommonTlsContext.CombinedCertificateValidationContext only(
            SortedSet<Identity> identities, String trustDomain) {
        CertificateValidationContext.Builder names = CertificateValidationContext.newBuilder();
        for (Identity identity : identities) {
            names.addMatchTypedSubjectAltNames(uri(identity.spiffeId(trustDomain)));
        }
        if (identities.isEmpty()) {
            names.addMatchTypedSubjectAltNames(uri(NOBODY));
        }
        return CommonTlsContext.CombinedCertificateValidationContext.newBuilder()
                .setDefaultValidationContext(names)
                .setValidationContextSdsSecretConfig(sds(Names.TRUST))
                .build();
    }

    private static SubjectAltNameMatcher uri(String uri) {
        return SubjectAltNameMatcher.newBuilder()
                .setSanType(SubjectAltNameMatcher.SanType.URI)
                .setMatcher(Protos.exactly(uri))
                .build();
    }

    private static SdsSecretConfig sds(String name) {
        return SdsSecretConfig.newBuilder()
                .setName(name)
                .setSdsConfig(Protos.ADS)
                .build();
    }

    private static TransportSocket socket(Message context) {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(XdsResource.pack(context))
                .build();
    }
}
