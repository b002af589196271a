package io.weir.injector.serving;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The pair that new connections are shown. It changes while connections that are open go on: they keep what they agreed on.
 */
final class CurrentKey extends X509ExtendedKeyManager {

    /** A handshake asks for alias, key and chain one after the other; by the alias it gets those of one pair. */
    private record Named(
            String alias, Certified pair, @Nullable Named former) {}

    private volatile @Nullable Named current;

    /** Called by one thread. */
    void use(Certified pair) {
        Named now = current;
        Named former = now == null ? null : new Named(now.alias(), now.pair(), null);
        current = new Named(pair.certificate().getSerialNumber().toString(16), pair, former);
    }

    /** The pair of new connections; null before there is one. */
    @Nullable
    Certified pair() {
        Named now = current;
        return now == null ? null : now.pair();
    }

    private @Nullable Certified of(String alias) {
        for (Named named = current; named != null; named = named.former()) {
            if (named.alias().equals(alias)) {
                return named.pair();
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Named now = current;
        return now != null && now.pair().key().getAlgorithm().equals(keyType) ? now.alias() : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Certified pair = of(alias);
        return pair == null ? null : new X509Certificate[] {pair.certificate()};
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Certified pair = of(alias);
        return pair == null ? null : pair.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
