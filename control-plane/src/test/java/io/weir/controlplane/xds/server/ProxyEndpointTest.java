package io.weir.controlplane.xds.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.metrics.v3.MetricsServiceGrpc;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsMessage;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ProxyAuthenticator;
import io.weir.controlplane.identity.ProxyCredential;
import io.weir.controlplane.xds.cache.AdsCounters;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProxyEndpointTest {

    private final ManualTimers timers = new ManualTimers();
    private final AdsCounters counters = new AdsCounters();
    private final List<String> callers = new CopyOnWriteArrayList<>();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        ProxyAuthenticator forAMinute = (headers, session) -> new ProxyCredential(
                AdsWorld.byHeader().authenticate(headers, session).identity(),
                timers.now().plusSeconds(60));
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(ServerInterceptors.intercept(
                        new Receiver(),
                        new CallerInterceptor(forAMinute, Admissions.on(Runnable::run), timers, counters, 2)))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    /** Notes who calls, and waits for the end of the stream. */
    private final class Receiver extends MetricsServiceGrpc.MetricsServiceImplBase {
        @Override
        public StreamObserver<StreamMetricsMessage> streamMetrics(StreamObserver<StreamMetricsResponse> answers) {
            callers.add(ProxyEndpoint.CALLER.get().identity().workloadKey().toString());
            return new StreamObserver<>() {
                @Override
                public void onNext(StreamMetricsMessage message) {}

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onCompleted() {
                    answers.onNext(StreamMetricsResponse.getDefaultInstance());
                    answers.onCompleted();
                }
            };
        }
    }

    private final class Call implements StreamObserver<StreamMetricsResponse> {

        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final StreamObserver<StreamMetricsMessage> stream;

        Call(String user) {
            Metadata headers = new Metadata();
            headers.put(AdsWorld.USER, user);
            stream = MetricsServiceGrpc.newStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .streamMetrics(this);
        }

        @Override
        public void onNext(StreamMetricsResponse answer) {}

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    @Test
    void a_call_has_the_identity_that_was_proven() {
        Call call = new Call("shop/web-1");
        call.stream.onCompleted();

        assertThat(call.end).isCompletedWithValue(Status.OK);
        assertThat(callers).containsExactly("shop/web-1");
    }

    @Test
    void a_call_that_proves_nothing_reaches_nothing() {
        Call call = new Call("nobody");

        assertThat(call.end.join().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(callers).isEmpty();
        assertThat(counters.denials(AdsCounters.Denial.CREDENTIAL)).isEqualTo(1);
    }

    @Test
    void a_call_ends_with_its_credential() {
        Call call = new Call("shop/web-1");
        timers.advance(Duration.ofSeconds(59));
        assertThat(call.end).isNotDone();
        timers.advance(Duration.ofSeconds(2));

        assertThat(call.end.join().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void one_call_too_many_is_turned_down_until_another_ends() {
        Call first = new Call("shop/web-1");
        new Call("shop/web-2");
        assertThat(new Call("shop/web-3").end.join().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        first.stream.onCompleted();

        assertThat(new Call("shop/web-4").end).isNotDone();
        assertThat(callers).containsExactly("shop/web-1", "shop/web-2", "shop/web-4");
    }
}
