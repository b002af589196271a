package io.weir.controlplane.standalone;

import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** An xDS server that has nothing for anybody, and remembers who came with which credential. */
final class TestXds implements AutoCloseable {

    /** The first request of a stream. */
    record Visit(String authorization, String node, String cluster, String fromAddress) {}

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<String> CREDENTIAL = Context.key("credential");
    private static final Context.Key<String> FROM = Context.key("from");

    final BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();
    private final List<StreamObserver<DeltaDiscoveryResponse>> open = new ArrayList<>();
    private final Server server;

    TestXds(TestPki pki) throws IOException {
        server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0),
                        TlsServerCredentials.create(bytes(pki.chain()), bytes(pki.key())))
                .intercept(new ReadCredential())
                .addService(new NothingForAnybody())
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Ends every stream, so that the proxies open new ones. */
    synchronized void endStreams() {
        open.forEach(stream -> stream.onError(Status.UNAVAILABLE.asRuntimeException()));
        open.clear();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private synchronized void opened(StreamObserver<DeltaDiscoveryResponse> stream) {
        open.add(stream);
    }

    private synchronized boolean closed(StreamObserver<DeltaDiscoveryResponse> stream) {
        return open.remove(stream);
    }

    private synchronized void answerNothing(StreamObserver<DeltaDiscoveryResponse> stream, String typeUrl) {
        if (open.contains(stream)) {
            stream.onNext(DeltaDiscoveryResponse.newBuilder()
                    .setTypeUrl(typeUrl)
                    .setNonce("1")
                    .build());
        }
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class ReadCredential implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            InetSocketAddress from = (InetSocketAddress)
                    Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            Context context = Context.current()
                    .withValue(CREDENTIAL, Objects.requireNonNullElse(headers.get(AUTHORIZATION), "none"))
                    .withValue(FROM, from.getAddress().getHostAddress());
            return Contexts.interceptCall(context, call, headers, next);
        }
    }

    private final class NothingForAnybody extends AggregatedDiscoveryServiceGrpc.AggregatedDiscoveryServiceImplBase {

        @Override
        public StreamObserver<DeltaDiscoveryRequest> deltaAggregatedResources(
                StreamObserver<DeltaDiscoveryResponse> answers) {
            opened(answers);
            String credential = CREDENTIAL.get();
            String from = FROM.get();
            return new StreamObserver<>() {
                @Override
                public void onNext(DeltaDiscoveryRequest request) {
                    if (request.hasNode()) {
                        visits.add(new Visit(
                                credential,
                                request.getNode().getId(),
                                request.getNode().getCluster(),
                                from));
                    }
                    if (request.getResponseNonce().isEmpty()) {
                        answerNothing(answers, request.getTypeUrl());
                    }
                }

                @Override
                public void onError(Throwable error) {
                    closed(answers);
                }

                @Override
                public void onCompleted() {
                    if (closed(answers)) {
                        answers.onCompleted();
                    }
                }
            };
        }
    }
}
