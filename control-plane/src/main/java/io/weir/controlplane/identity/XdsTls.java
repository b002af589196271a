package io.weir.controlplane.identity;

import io.weir.controlplane.identity.ca.CertificateAuthority;
import io.weir.controlplane.identity.ca.ServerCertificate;
import io.weir.controlplane.identity.state.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What TLS on the xDS port needs: its own certificate, and the roots for client certificates. Both follow the authority
 * without a restart and without touching open connections.
 */
public final class XdsTls {

    private static final String ROOTS = "roots.pem";

    private final CertificateAuthority authority;
    private final @Nullable StateFolder trust;
    private final InstantSource clock;
    private final ServerKeys keys;
    private final MeshRoots roots;

    private XdsTls(CertificateAuthority authority, @Nullable StateFolder trust, InstantSource clock) {
        this.authority = authority;
        this.trust = trust;
        this.clock = clock;
        this.keys = new ServerKeys(false);
        keys.replace(authority.issueXdsServer());
        this.roots = MeshRoots.ofClients();
        roots.follow(authority.bundle());
    }

    /**
     * Issues the certificate and writes the file of roots.
     *
     * @param trust a folder for the file of roots alone: every Envoy watches it, and reads again when it changes
     */
    public static XdsTls open(CertificateAuthority authority, StateFolder trust, InstantSource clock)
            throws IOException {
        XdsTls tls = new XdsTls(authority, trust, clock);
        tls.refresh();
        return tls;
    }

    /** Issues the certificate. Proxies are told the roots by other means than a file. */
    public static XdsTls open(CertificateAuthority authority, InstantSource clock) {
        return new XdsTls(authority, null, clock);
    }

    /**
     * Follows the authority. To be called after each step of a rotation, and every few seconds.
     *
     * @throws IOException if the file of roots can't be written; then the old one stays
     */
    public void refresh() throws IOException {
        roots.follow(authority.bundle());
        if (trust != null) {
            String pem = authority.bundle().pem();
            if (!pem.equals(trust.read(ROOTS))) {
                trust.write(ROOTS, pem);
            }
        }
        // Only now: a proxy must know the new root before it meets a certificate of it.
        ServerCertificate present = keys.current();
        if (present == null
                || !clock.instant().isBefore(present.renewAt())
                || authority.signsNoMore(present.signer())) {
            keys.replace(authority.issueXdsServer());
        }
    }

    /** Where the file of roots is in a folder that {@link #open} was given. */
    public static Path rootsFile(Path trust) {
        return trust.resolve(ROOTS);
    }

    /** The DNS name to which proxies hold this server. */
    public String serverName() {
        return authority.trustDomain().xdsServerName();
    }

    public X509ExtendedKeyManager keyManager() {
        return keys;
    }

    public X509ExtendedTrustManager trustManager() {
        return roots;
    }
}
