package io.weir.telemetry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Extension;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.metrics.v3.MetricsServiceGrpc;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsMessage;
import io.envoyproxy.envoy.service.metrics.v3.StreamMetricsResponse;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.telemetry.ProvenCaller;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsReceiverTest {

    private static final ProxyIdentity WEB = new ProxyIdentity("shop", "web", "web-1", "uid");

    private static final Struct REPORTING = Struct.newBuilder()
            .putFields("telemetry", Value.newBuilder().setBoolValue(true).build())
            .build();

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final ProvenCaller caller = new ProvenCaller(WEB);
    private Server server;
    private ManagedChannel channel;

    /** Writes down what it is told. */
    private final class Notes implements Intake {
        @Override
        public Reports opened(ProxyIdentity sidecar) {
            told.add("opened " + sidecar.workloadKey());
            return new Reports() {
                @Override
                public void pushed(Push push, long unreadable) {
                    told.add("pushed " + push.counters().size());
                }

                @Override
                public void cannotCount() {
                    told.add("cannot count");
                }

                @Override
                public void closed() {
                    told.add("closed");
                }
            };
        }
    }

    @BeforeEach
    void start() throws IOException {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(
                        ServerInterceptors.intercept(new MetricsReceiver(new Notes(), InstantSource.system()), caller))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private final class Client implements StreamObserver<StreamMetricsResponse> {

        private final AtomicReference<Status> end = new AtomicReference<>();
        private final StreamObserver<StreamMetricsMessage> stream =
                MetricsServiceGrpc.newStub(channel).streamMetrics(this);

        void send(Node node) {
            stream.onNext(StreamMetricsMessage.newBuilder()
                    .setIdentifier(StreamMetricsMessage.Identifier.newBuilder().setNode(node))
                    .build());
        }

        Status end() {
            return await().until(end::get, status -> status != null);
        }

        @Override
        public void onNext(StreamMetricsResponse answer) {}

        @Override
        public void onError(Throwable failure) {
            end.set(((StatusRuntimeException) failure).getStatus());
        }

        @Override
        public void onCompleted() {
            end.set(Status.OK);
        }
    }

    private static Node node(String id) {
        return Node.newBuilder().setId(id).build();
    }

    @Test
    void a_sidecar_reports_as_what_it_proved_to_be() {
        Client client = new Client();
        client.send(node("shop/web-1"));
        client.stream.onNext(StreamMetricsMessage.getDefaultInstance());
        client.stream.onCompleted();

        assertThat(client.end()).isEqualTo(Status.OK);
        assertThat(told).containsExactly("opened shop/web-1", "pushed 0", "pushed 0", "closed");
    }

    @Test
    void one_that_reports_for_another_workload_is_refused() {
        Client client = new Client();
        client.send(node("shop/web-2"));

        assertThat(client.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(told).containsExactly("opened shop/web-1", "closed");
    }

    @Test
    void a_second_stream_ends_the_first() {
        Client first = new Client();
        first.send(node("shop/web-1"));
        Client second = new Client();
        second.send(node("shop/web-1"));

        assertThat(first.end().getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(told).containsExactly("opened shop/web-1", "pushed 0", "closed", "opened shop/web-1", "pushed 0");
    }

    @Test
    void a_stream_ends_with_its_credential() {
        Client client = new Client();
        client.send(node("shop/web-1"));
        caller.expire();

        assertThat(client.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(told).containsExactly("opened shop/web-1", "pushed 0", "closed");
    }

    @Test
    void an_envoy_that_is_given_no_loggers_cannot_count() {
        Node.Builder logging = node("shop/web-1").toBuilder()
                .setMetadata(REPORTING)
                .addExtensions(Extension.newBuilder().addTypeUrls("envoy.extensions.access_loggers.stats.v3.Config"));
        new Client()
                .send(node("shop/web-1").toBuilder()
                        .addExtensions(Extension.newBuilder().setName("envoy.access_loggers.file"))
                        .build());
        // Its logger takes another form of configuration.
        new Client().send(version(logging, 38));
        new Client().send(version(logging, 40));
        new Client().send(version(logging.clone().clearMetadata(), 40));

        assertThat(told)
                .containsExactly(
                        "opened shop/web-1",
                        "cannot count",
                        "pushed 0",
                        "closed",
                        "opened shop/web-1",
                        "cannot count",
                        "pushed 0",
                        "closed",
                        "opened shop/web-1",
                        "pushed 0",
                        "closed",
                        "opened shop/web-1",
                        "cannot count",
                        "pushed 0");
    }

    private static Node version(Node.Builder node, int minor) {
        return node.setUserAgentBuildVersion(BuildVersion.newBuilder()
                        .setVersion(
                                SemanticVersion.newBuilder().setMajorNumber(1).setMinorNumber(minor)))
                .build();
    }
}
