package io.weir.bench.client;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An xDS server, as its clients know it.
 *
 * @param tls null: plaintext
 * @param name the DNS name in its certificate
 * @param secrets that a client asks for once it has a cluster; empty where keys come by other means
 * @param nodes when clients say who they are
 */
public record Target(
        InetSocketAddress address, @Nullable SslContext tls, String name, List<String> secrets, Nodes nodes) {

    /** In which messages of a stream a client says who it is. */
    public enum Nodes {
        FIRST_MESSAGE,
        EVERY_MESSAGE
    }

    public Target {
        secrets = List.copyOf(secrets);
    }
}
