package io.weir.controlplane.xds.server;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.weir.controlplane.xds.translate.TestPki;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** The two ends of a TLS connection with a root made for the test run. */
final class TestTls {

    static final TestPki PKI = new TestPki();

    private TestTls() {}

    static String caPem() {
        return PKI.trust().getValidationContext().getTrustedCa().getInlineString();
    }

    static SslContext server() throws IOException {
        Secret identity = PKI.identity("spiffe://cluster.local/weir");
        return GrpcSslContexts.forServer(
                        stream(identity.getTlsCertificate()
                                .getCertificateChain()
                                .getInlineString()),
                        stream(identity.getTlsCertificate().getPrivateKey().getInlineString()))
                .build();
    }

    static ManagedChannel client(int port) throws IOException {
        return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sslContext(GrpcSslContexts.forClient()
                        // The certificate names no host, which this client insists on; Envoy checks the root.
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .build())
                .build();
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
    }
}
