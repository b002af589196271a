package io.weir.controlplane.identity;

import io.weir.controlplane.identity.ca.TrustBundle;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts certificates that lead to one of the mesh's roots, as they are at each handshake. */
final class MeshRoots extends X509ExtendedTrustManager {

    private record Trusted(String version, X509ExtendedTrustManager roots) {}

    private final boolean servers;
    private volatile @Nullable Trusted trusted;

    private MeshRoots(boolean servers) {
        this.servers = servers;
    }

    /** Of those who call a server; nobody before there are roots. */
    static MeshRoots ofClients() {
        return new MeshRoots(false);
    }

    /** Of servers that are called by the names in their certificates; none before there are roots. */
    static MeshRoots ofServers() {
        return new MeshRoots(true);
    }

    void follow(TrustBundle bundle) {
        Trusted now = trusted;
        if (now == null || !now.version().equals(bundle.version())) {
            trusted = trusted(bundle);
        }
    }

    private X509ExtendedTrustManager clients() throws CertificateException {
        if (servers) {
            throw new CertificateException("a client trusts no other");
        }
        return roots();
    }

    private X509ExtendedTrustManager roots() throws CertificateException {
        Trusted now = trusted;
        if (now == null) {
            throw new CertificateException("the mesh's roots are not known yet");
        }
        return now.roots();
    }

    private static Trusted trusted(TrustBundle bundle) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            List<X509Certificate> roots = bundle.roots();
            for (int i = 0; i < roots.size(); i++) {
                store.setCertificateEntry("root-" + i, roots.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager x509) {
                    return new Trusted(bundle.version(), x509);
                }
            }
            throw new IllegalStateException("this JDK has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK can't trust a list of roots", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        clients().checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        clients().checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        clients().checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        // Only here is the name checked too.
        if (!servers || engine.getSSLParameters().getEndpointIdentificationAlgorithm() == null) {
            throw noServer();
        }
        roots().checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("only a client that knows its server's name trusts one");
    }

    /** None are named to clients: the list is fixed when the port opens, and would hide the next root's certificates. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
