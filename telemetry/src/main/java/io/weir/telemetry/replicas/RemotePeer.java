package io.weir.telemetry.replicas;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.weir.telemetry.window.Part;
import io.weir.telemetry.window.PartCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A replica that is reached over the network, by mutual TLS. */
public final class RemotePeer implements Peer, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final String name;
    private final Supplier<ManagedChannel> connect;
    private ManagedChannel channel;
    private boolean closed;

    private RemotePeer(String name, Supplier<ManagedChannel> connect) {
        this.name = name;
        this.connect = connect;
        this.channel = connect.get();
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
        return new RemotePeer(name, () -> channel(address, tls));
    }

    private static ManagedChannel channel(InetSocketAddress address, Tls tls) {
        try {
            return NettyChannelBuilder.forAddress(address)
                    .sslContext(GrpcSslContexts.forClient()
                            .keyManager(tls.keys())
                            .trustManager(tls.servers())
                            .build())
                    .overrideAuthority(tls.serverName())
                    .maxInboundMessageSize(PartService.MOST_BYTES)
                    .build();
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
            return PartCodec.read(call(PartService.request(startMs)));
        } catch (StatusRuntimeException e) {
            throw new NoAnswer(
                    "replica " + name + " does not answer: " + e.getStatus().getCode(), e);
        } catch (IOException e) {
            throw new NoAnswer("what replica " + name + " answers can't be read: " + e.getMessage(), e);
        }
    }

    private byte[] call(byte[] request) {
        CallOptions within = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE);
        ManagedChannel present = channel();
        try {
            return ClientCalls.blockingUnaryCall(present, PartService.ASK, within, request);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.UNAUTHENTICATED) {
                throw e;
            }
            // A connection goes on showing the certificate that it began with, which has expired by now, or whose root
            // is trusted no more.
            return ClientCalls.blockingUnaryCall(afterThat(present), PartService.ASK, within, request);
        }
    }

    private synchronized ManagedChannel channel() {
        return channel;
    }

    /** Another channel, unless there is one already. Not another connection of the same: it would resume the TLS session. */
    private synchronized ManagedChannel afterThat(ManagedChannel former) {
        if (channel.equals(former) && !closed) {
            channel = connect.get();
            // What was begun over it may end.
            former.shutdown();
        }
        return channel;
    }

    @Override
    public synchronized void close() {
        closed = true;
        channel.shutdownNow();
    }
}
