package io.weir.bench.server;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what the clients of any server know it, and prove who they are.
 *
 * @param roots a file of certificates; null: plaintext, with neither tokens nor certificates
 * @param tokens a file of bearer tokens, one a line: one for all clients, or one for each; null: none
 * @param chain a file of the certificate of all clients; null: none
 * @param key a file of its private key, in PKCS#8
 */
public record Credentials(
        @Nullable Path roots,
        @Nullable Path tokens,
        @Nullable Path chain,
        @Nullable Path key) {

    /** @throws IllegalArgumentException if what is given does not go together */
    public Credentials {
        if (roots == null && (tokens != null || chain != null || key != null)) {
            throw new IllegalArgumentException(
                    "tokens and certificates are shown over TLS alone, for which it has to be"
                            + " known by which roots the server is known");
        }
        if ((chain == null) != (key == null)) {
            throw new IllegalArgumentException("a certificate goes with its key");
        }
    }

    /** Null: plaintext. */
    @Nullable
    SslContext tls() throws IOException {
        if (roots == null) {
            return null;
        }
        SslContextBuilder tls = GrpcSslContexts.forClient().trustManager(roots.toFile());
        if (chain != null && key != null) {
            tls.keyManager(chain.toFile(), key.toFile());
        }
        return tls.build();
    }

    /** For the first clients one each, or one for all; empty: none. */
    List<String> tokens(int clients) throws IOException {
        if (tokens == null) {
            return List.of();
        }
        List<String> all = Files.readAllLines(tokens).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        if (all.size() != 1 && all.size() < clients) {
            throw new IllegalArgumentException(
                    tokens + " has " + all.size() + " tokens; it takes one, or as many as the " + clients + " clients");
        }
        return all;
    }
}
