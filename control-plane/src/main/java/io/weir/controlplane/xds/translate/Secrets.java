package io.weir.controlplane.xds.translate;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.WatchedDirectory;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.weir.smi.wellknown.Sidecar;

/** The two secrets of a proxy. What they return may hold private keys: it goes to its owner and is never printed. */
public final class Secrets {

    private Secrets() {}

    /** The proxy's own key and certificate chain (leaf first), both PEM. */
    public static Secret identity(String keyPem, String chainPem) {
        return Secret.newBuilder()
                .setName(Names.IDENTITY)
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setPrivateKey(DataSource.newBuilder().setInlineString(keyPem))
                        .setCertificateChain(DataSource.newBuilder().setInlineString(chainPem)))
                .build();
    }

    /** The key and certificate of its pod certificate, which Envoy reads from the kubelet's file, and again when it changes. */
    public static Secret identityOfPod() {
        DataSource bundle = DataSource.newBuilder()
                .setFilename(Sidecar.CREDENTIALS_PATH + "/" + Sidecar.BUNDLE_FILE)
                .build();
        return Secret.newBuilder()
                .setName(Names.IDENTITY)
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setPrivateKey(bundle)
                        .setCertificateChain(bundle)
                        .setWatchedDirectory(WatchedDirectory.newBuilder().setPath(Sidecar.CREDENTIALS_PATH)))
                .build();
    }

    /** The roots that peers' certificates must chain to, PEM, one or several. */
    public static Secret trust(String rootsPem) {
        return Secret.newBuilder()
                .setName(Names.TRUST)
                .setValidationContext(CertificateValidationContext.newBuilder()
                        .setTrustedCa(DataSource.newBuilder().setInlineString(rootsPem)))
                .build();
    }
}
