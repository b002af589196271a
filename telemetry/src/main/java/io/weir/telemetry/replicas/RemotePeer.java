package io.weir.telemetry.replicas;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.weir.telemetry.window.Part;
import io.weir.telemetry.window.PartCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A replica that is reached over the network, by mutual TLS. */
public final class RemotePeer implements Peer, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final String name;
    private final ManagedChannel channel;

    private RemotePeer(String name, ManagedChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    /**
     * How a replica proves who it is, and who the others must prove to be.
     *
     * @param keys what is shown
     * @param servers whose certificates are believed
     * @param serverName that the others' certificates must have
     */
    public record Tls(X509ExtendedKeyManager keys, X509ExtendedTrustManager servers, String serverName) {}

    /** Connects when it is first asked. */
    public static RemotePeer at(String name, InetSocketAddress address, Tls tls) {
        try {
            return new RemotePeer(
                    name,
                    NettyChannelBuilder.forAddress(address)
                            .sslContext(GrpcSslContexts.forClient()
                                    .keyManager(tls.keys())
                                    .trustManager(tls.servers())
                                    .build())
                            .overrideAuthority(tls.serverName())
                            .maxInboundMessageSize(PartService.MOST_BYTES)
                            .build());
        } catch (SSLException e) {
            throw new IllegalStateException("this platform has no TLS for gRPC", e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Part ask(@Nullable Long startMs) throws NoAnswer {
        try {
            return PartCodec.read(ClientCalls.blockingUnaryCall(
                    channel,
                    PartService.ASK,
                    CallOptions.DEFAULT.withDeadlineAfter(PATIENCE),
                    PartService.request(startMs)));
        } catch (StatusRuntimeException e) {
            throw new NoAnswer(
                    "replica " + name + " does not answer: " + e.getStatus().getCode(), e);
        } catch (IOException e) {
            throw new NoAnswer("what replica " + name + " answers can't be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
