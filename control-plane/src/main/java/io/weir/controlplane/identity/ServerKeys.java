package io.weir.controlplane.identity;

import io.weir.controlplane.identity.ca.ServerCertificate;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key and certificate for each handshake. A handshake asks three times (alias, chain, key), so the pair
 * before the present one stays known: no handshake gets the chain of one and the key of the other.
 */
final class ServerKeys extends X509ExtendedKeyManager {

    private static final String KEY_TYPE = "EC";

    private final boolean forClients;
    private volatile List<ServerCertificate> newestFirst = List.of();

    /**
     * None as yet, so that no handshake succeeds.
     *
     * @param forClients whether they are shown to servers too
     */
    ServerKeys(boolean forClients) {
        this.forClients = forClients;
    }

    /** Null before there is one. */
    @Nullable
    ServerCertificate current() {
        List<ServerCertificate> now = newestFirst;
        return now.isEmpty() ? null : now.getFirst();
    }

    void replace(ServerCertificate next) {
        ServerCertificate former = current();
        newestFirst = former == null ? List.of(next) : List.of(next, former);
    }

    private static String alias(ServerCertificate certificate) {
        return certificate.certificate().getSerialNumber().toString(16);
    }

    private @Nullable ServerCertificate of(@Nullable String alias) {
        for (ServerCertificate certificate : newestFirst) {
            if (alias(certificate).equals(alias)) {
                return certificate;
            }
        }
        return null;
    }

    private @Nullable String choose(String keyType) {
        ServerCertificate now = current();
        return now != null && keyType.startsWith(KEY_TYPE) ? alias(now) : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = choose(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        ServerCertificate certificate = of(alias);
        return certificate == null ? null : new X509Certificate[] {certificate.certificate()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        ServerCertificate certificate = of(alias);
        return certificate == null ? null : certificate.key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return forClients ? getServerAliases(keyType, issuers) : null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseClient(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return chooseClient(keyType);
    }

    private @Nullable String chooseClient(String... keyTypes) {
        for (String keyType : keyTypes) {
            String alias = forClients ? choose(keyType) : null;
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }
}
