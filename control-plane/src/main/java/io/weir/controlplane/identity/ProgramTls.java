package io.weir.controlplane.identity;

import io.weir.controlplane.identity.ca.ServerCertificate;
import io.weir.controlplane.identity.ca.TrustBundle;
import java.time.Instant;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What TLS needs in a program of Weir's that is not the authority: a certificate that it was issued, and the mesh's roots.
 * Both are replaced without a restart and without touching open connections; before there are any, every handshake fails.
 * Safe for use by many threads.
 */
public final class ProgramTls {

    private final ServerKeys keys = new ServerKeys(true);
    private final MeshRoots clients = MeshRoots.ofClients();
    private final MeshRoots servers = MeshRoots.ofServers();
    private volatile @Nullable TrustBundle roots;

    /** These roots from now on. */
    public void trust(TrustBundle bundle) {
        clients.follow(bundle);
        servers.follow(bundle);
        roots = bundle;
    }

    /** This certificate from now on. */
    public void use(ServerCertificate certificate) {
        keys.replace(certificate);
    }

    /** Null before there are any. */
    public @Nullable TrustBundle roots() {
        return roots;
    }

    /** Null before there is one. */
    public @Nullable ServerCertificate certificate() {
        return keys.current();
    }

    /** Whether to ask for a certificate: there is none, half of its life is over, or its root is trusted no more. */
    public boolean isDue(Instant now) {
        ServerCertificate present = keys.current();
        TrustBundle trusted = roots;
        return present == null
                || !now.isBefore(present.renewAt())
                || trusted == null
                || trusted.signer(present.certificate()) == null;
    }

    /** What is shown, as a server and as a client. */
    public X509ExtendedKeyManager keyManager() {
        return keys;
    }

    /** Whose certificates are believed that call. */
    public X509ExtendedTrustManager clients() {
        return clients;
    }

    /** Whose certificates are believed that are called, if they have the name by which they are called. */
    public X509ExtendedTrustManager servers() {
        return servers;
    }
}
