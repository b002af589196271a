package io.weir.controlplane.xds.server;

import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.xds.cache.Protocol;
import io.weir.controlplane.xds.resource.XdsType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An xDS client that does exactly what a test says, in delta or state of the world. */
final class ScriptedClient {

    private final Protocol protocol;
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<io.grpc.Status> end = new LinkedBlockingQueue<>();
    private final Map<XdsType, TreeSet<String>> names = new EnumMap<>(XdsType.class);
    private final Map<XdsType, Answer> last = new EnumMap<>(XdsType.class);
    private final Map<XdsType, String> accepted = new EnumMap<>(XdsType.class);
    private StreamObserver<DeltaDiscoveryRequest> delta;
    private StreamObserver<DiscoveryRequest> sotw;
    private ClientCallStreamObserver<?> call;
    private Node node = Node.getDefaultInstance();

    private ScriptedClient(Protocol protocol) {
        this.protocol = protocol;
    }

    /** @param user what the test authenticator takes for a credential */
    static ScriptedClient open(Channel channel, Protocol protocol, String user) {
        return open(channel, protocol, user, Integer.MAX_VALUE);
    }

    /** @param reads how many responses it reads by itself; more by {@link #read} */
    static ScriptedClient open(Channel channel, Protocol protocol, String user, int reads) {
        ScriptedClient client = new ScriptedClient(protocol);
        Metadata headers = new Metadata();
        headers.put(AdsWorld.USER, user);
        var stub = AggregatedDiscoveryServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        switch (protocol) {
            case DELTA ->
                client.delta = stub.deltaAggregatedResources(
                        client.<DeltaDiscoveryRequest, DeltaDiscoveryResponse>reader(Answer::of, reads));
            case STATE_OF_THE_WORLD ->
                client.sotw = stub.streamAggregatedResources(
                        client.<DiscoveryRequest, DiscoveryResponse>reader(Answer::of, reads));
        }
        return client;
    }

    private <Q, R> StreamObserver<R> reader(Function<R, Answer> view, int reads) {
        return new ClientResponseObserver<Q, R>() {
            @Override
            public void beforeStart(ClientCallStreamObserver<Q> started) {
                call = started;
                if (reads < Integer.MAX_VALUE) {
                    started.disableAutoRequestWithInitial(reads);
                }
            }

            @Override
            public void onNext(R response) {
                answers.add(view.apply(response));
            }

            @Override
            public void onError(Throwable t) {
                end.add(io.grpc.Status.fromThrowable(t));
            }

            @Override
            public void onCompleted() {
                end.add(io.grpc.Status.OK);
            }
        };
    }

    ScriptedClient nodeId(String id) {
        node = Node.newBuilder().setId(id).build();
        return this;
    }

    ScriptedClient node(Node whole) {
        node = whole;
        return this;
    }

    void read(int more) {
        call.request(more);
    }

    /** Subscribes to more names; to everything with none. */
    void ask(XdsType type, String... more) {
        ask(type, Map.of(), "", more);
    }

    /** The first request of a stream that replaces an earlier one. */
    void askAgain(XdsType type, Map<String, String> versions, String versionInfo, String... more) {
        ask(type, versions, versionInfo, more);
    }

    private void ask(XdsType type, Map<String, String> versions, String versionInfo, String... more) {
        names.computeIfAbsent(type, t -> new TreeSet<>()).addAll(List.of(more));
        switch (protocol) {
            case DELTA ->
                delta.onNext(DeltaDiscoveryRequest.newBuilder()
                        .setNode(takeNode())
                        .setTypeUrl(type.typeUrl())
                        .putAllInitialResourceVersions(versions)
                        .addAllResourceNamesSubscribe(List.of(more))
                        .build());
            case STATE_OF_THE_WORLD ->
                sotw.onNext(sotwRequest(type)
                        .setVersionInfo(versionInfo.isEmpty() ? accepted.getOrDefault(type, "") : versionInfo)
                        .build());
        }
    }

    void drop(XdsType type, String... fewer) {
        List.of(fewer).forEach(names.get(type)::remove);
        switch (protocol) {
            case DELTA ->
                delta.onNext(DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .addAllResourceNamesUnsubscribe(List.of(fewer))
                        .build());
            case STATE_OF_THE_WORLD ->
                sotw.onNext(sotwRequest(type)
                        .setVersionInfo(accepted.getOrDefault(type, ""))
                        .build());
        }
    }

    void askUnknownType(String typeUrl) {
        switch (protocol) {
            case DELTA ->
                delta.onNext(DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(typeUrl)
                        .addResourceNamesSubscribe("x")
                        .build());
            case STATE_OF_THE_WORLD ->
                sotw.onNext(DiscoveryRequest.newBuilder()
                        .setTypeUrl(typeUrl)
                        .addResourceNames("x")
                        .build());
        }
    }

    void ack(Answer answer) {
        accepted.put(answer.type(), answer.version());
        reply(answer.type(), answer.nonce(), answer.version(), (String) null);
    }

    /** Waits for a response, and accepts it. */
    Answer take(XdsType type) {
        Answer answer = next();
        if (answer.type() != type) {
            throw new AssertionError("expected " + type + ", got " + answer);
        }
        ack(answer);
        return answer;
    }

    void nack(Answer answer, String reason) {
        reply(answer.type(), answer.nonce(), accepted.getOrDefault(answer.type(), ""), reason);
    }

    void reply(XdsType type, String nonce, String version, @Nullable String reason) {
        Status error = Status.newBuilder()
                .setCode(13)
                .setMessage(reason == null ? "" : reason)
                .build();
        switch (protocol) {
            case DELTA -> {
                DeltaDiscoveryRequest.Builder request = DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setResponseNonce(nonce);
                delta.onNext((reason == null ? request : request.setErrorDetail(error)).build());
            }
            case STATE_OF_THE_WORLD -> {
                DiscoveryRequest.Builder request =
                        sotwRequest(type).setVersionInfo(version).setResponseNonce(nonce);
                sotw.onNext((reason == null ? request : request.setErrorDetail(error)).build());
            }
        }
    }

    /** State of the world: names these, in answer to any response. */
    void reply(XdsType type, String nonce, String version, List<String> wanted) {
        sotw.onNext(DiscoveryRequest.newBuilder()
                .setTypeUrl(type.typeUrl())
                .setVersionInfo(version)
                .setResponseNonce(nonce)
                .addAllResourceNames(wanted)
                .build());
    }

    private DiscoveryRequest.Builder sotwRequest(XdsType type) {
        Answer answered = last.get(type);
        return DiscoveryRequest.newBuilder()
                .setNode(takeNode())
                .setTypeUrl(type.typeUrl())
                .setResponseNonce(answered == null ? "" : answered.nonce())
                .addAllResourceNames(names.getOrDefault(type, new TreeSet<>()));
    }

    /** Only the first message carries the node, as Envoy sends it. */
    private Node takeNode() {
        Node first = node;
        node = Node.getDefaultInstance();
        return first;
    }

    Answer next() {
        try {
            Answer answer = answers.poll(10, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no response; the stream ended with " + end);
            }
            last.put(answer.type(), answer);
            return answer;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Responses that have arrived and were not taken. Complete, because the test transport works on this thread. */
    List<Answer> waiting() {
        return new ArrayList<>(answers);
    }

    io.grpc.Status ended() {
        try {
            io.grpc.Status status = end.poll(10, TimeUnit.SECONDS);
            if (status == null) {
                throw new AssertionError("the stream is open");
            }
            return status;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    boolean isOpen() {
        return end.isEmpty();
    }

    void cancel() {
        call.cancel("the test ends the stream", null);
    }
}
