package io.weir.controlplane.xds.server;

import static io.weir.controlplane.xds.server.AdsWorld.A;
import static io.weir.controlplane.xds.server.AdsWorld.B;
import static io.weir.controlplane.xds.server.AdsWorld.cluster;
import static io.weir.controlplane.xds.server.AdsWorld.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.XdsType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What only a real connection shows: TLS, bytes, threads. */
class XdsServerTest {

    private final AdsWorld world = new AdsWorld();
    private XdsServer server;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        server = XdsServer.start(
                XdsServerConfig.at(TestTls.loopback(0)),
                TestTls.server(),
                AdsWorld.byHeader(),
                world.cache,
                world.registry);
        channel = TestTls.client(server.port());
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.close();
        world.close();
    }

    @ParameterizedTest
    @EnumSource
    void d13_responses_keep_the_order_they_were_decided_in(Protocol protocol) {
        world.give(A, cluster("c", "0"), route("r", "0"));
        ScriptedClient client = ScriptedClient.open(channel, protocol, A.toString());
        client.ask(XdsType.CLUSTER);
        client.take(XdsType.CLUSTER);
        client.ask(XdsType.ROUTE, "r");
        client.take(XdsType.ROUTE);
        for (int i = 1; i < 200; i++) {
            world.give(A, cluster("c", "" + i), route("r", "" + i));
            client.take(XdsType.CLUSTER);
            client.take(XdsType.ROUTE);
        }
        assertThat(client.waiting()).isEmpty();
    }

    @Test
    void j10_a_node_nested_ten_thousand_deep_ends_its_own_stream_only() throws Exception {
        world.give(A, cluster("c", "1"));
        ScriptedClient other = ScriptedClient.open(channel, Protocol.DELTA, A.toString());
        other.ask(XdsType.CLUSTER);
        other.take(XdsType.CLUSTER);

        assertThat(send(nestedNode(10_000), B.toString()).isOk()).isFalse();

        world.give(A, cluster("c", "2"));
        assertThat(other.take(XdsType.CLUSTER).names()).containsExactly("c");
        Eventually.holds(
                "the hostile stream is forgotten",
                () -> world.registry.statuses().toString(),
                () -> world.registry.statuses().size() == 1);
    }

    /** The status with which a stream ends on which the first message has these bytes. */
    private Status send(byte[] message, String user) throws Exception {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod()
                        .getFullMethodName())
                .build();
        ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
        CompletableFuture<Status> end = new CompletableFuture<>();
        Metadata headers = new Metadata();
        headers.put(AdsWorld.USER, user);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                headers);
        call.request(1);
        call.sendMessage(message);
        return end.get(10, TimeUnit.SECONDS);
    }

    /** node (1) . metadata (3) . { fields (1) . value (2) . struct_value (5) } ..., written from the inside out. */
    private static byte[] nestedNode(int depth) {
        Deque<byte[]> parts = new ArrayDeque<>();
        int size = 0;
        for (int i = 0; i < depth; i++) {
            for (int field : new int[] {5, 2, 1}) {
                size += wrap(parts, field, size);
            }
        }
        size += wrap(parts, 3, size);
        wrap(parts, 1, size);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        parts.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private static int wrap(Deque<byte[]> parts, int field, int length) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write((field << 3) | 2);
        int left = length;
        while (left >= 0x80) {
            head.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        head.write(left);
        parts.addFirst(head.toByteArray());
        return head.size();
    }

    @Test
    void plaintext_gets_no_answer() {
        ManagedChannel plain = NettyChannelBuilder.forAddress(TestTls.loopback(server.port()))
                .usePlaintext()
                .build();
        try {
            ScriptedClient client = ScriptedClient.open(plain, Protocol.DELTA, A.toString());
            client.ask(XdsType.CLUSTER);
            assertThat(client.ended().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(world.registry.statuses()).isEmpty();
        } finally {
            plain.shutdownNow();
        }
    }

    @Test
    void a_server_that_closes_frees_its_port_and_its_streams() throws IOException {
        ScriptedClient client = ScriptedClient.open(channel, Protocol.DELTA, A.toString());
        world.give(A, cluster("c", "1"));
        client.ask(XdsType.CLUSTER);
        client.take(XdsType.CLUSTER);
        int port = server.port();
        server.close();
        assertThat(client.ended().isOk()).isFalse();
        try (XdsServer next = XdsServer.start(
                XdsServerConfig.at(TestTls.loopback(port)),
                TestTls.server(),
                AdsWorld.byHeader(),
                world.cache,
                world.registry)) {
            assertThat(next.port()).isEqualTo(port);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
