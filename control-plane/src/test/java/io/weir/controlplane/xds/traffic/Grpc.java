package io.weir.controlplane.xds.traffic;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** gRPC with plain text for messages. */
final class Grpc {

    private static final MethodDescriptor.Marshaller<String> TEXT = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private Grpc() {}

    private static MethodDescriptor<String, String> method(String name) {
        return MethodDescriptor.<String, String>newBuilder(TEXT, TEXT)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .build();
    }

    /** A server that answers {@code store.Echo/Say} with what it was told. */
    static Server server(InetSocketAddress address) throws IOException {
        ServerCallHandler<String, String> echo = ServerCalls.asyncUnaryCall((request, answers) -> {
            answers.onNext("echo " + request);
            answers.onCompleted();
        });
        return NettyServerBuilder.forAddress(address)
                .addService(ServerServiceDefinition.builder("store.Echo")
                        .addMethod(ServerMethodDefinition.create(method("store.Echo/Say"), echo))
                        .build())
                .build()
                .start();
    }

    /** Calls a method; what goes wrong is a {@code StatusRuntimeException}. */
    static String call(InetSocketAddress to, String method, String words) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(to).usePlaintext().build();
        try {
            return ClientCalls.blockingUnaryCall(
                    channel, method(method), CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), words);
        } finally {
            channel.shutdownNow();
        }
    }
}
