package io.weir.telemetry.tap;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.envoyproxy.envoy.service.runtime.v3.RuntimeDiscoveryServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.weir.controlplane.identity.ProxyIdentity;
import io.weir.controlplane.model.WorkloadKey;
import io.weir.smi.wellknown.Tap;
import io.weir.telemetry.ProvenCaller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sidecar is told by RTDS; a real Envoy is told in the end-to-end tests. */
class TapSwitchTest {

    private static final WorkloadKey WEB = new WorkloadKey("shop", "web-1");

    private final TapSwitch taps = new TapSwitch();
    private final ProvenCaller caller = new ProvenCaller(new ProxyIdentity(WEB.namespace(), "web", WEB.name(), "uid"));
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(ServerInterceptors.intercept(taps, caller))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private final class Sidecar implements StreamObserver<DeltaDiscoveryResponse> {

        private final List<Double> told = new ArrayList<>();
        private final StreamObserver<DeltaDiscoveryRequest> stream =
                RuntimeDiscoveryServiceGrpc.newStub(channel).deltaRuntime(this);
        private final AtomicReference<Status> end = new AtomicReference<>();
        private String nonce = "";

        void asks(String layer) {
            stream.onNext(DeltaDiscoveryRequest.newBuilder()
                    .addResourceNamesSubscribe(layer)
                    .build());
        }

        void comesBackWith(String version) {
            stream.onNext(DeltaDiscoveryRequest.newBuilder()
                    .addResourceNamesSubscribe(Tap.LAYER)
                    .putInitialResourceVersions(Tap.LAYER, version)
                    .build());
        }

        void takes() {
            stream.onNext(
                    DeltaDiscoveryRequest.newBuilder().setResponseNonce(nonce).build());
        }

        void refuses() {
            stream.onNext(DeltaDiscoveryRequest.newBuilder()
                    .setResponseNonce(nonce)
                    .setErrorDetail(com.google.rpc.Status.newBuilder().setMessage("no such layer"))
                    .build());
        }

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            nonce = response.getNonce();
            try {
                Runtime layer = response.getResources(0).getResource().unpack(Runtime.class);
                assertThat(layer.getName()).isEqualTo(Tap.LAYER);
                told.add(layer.getLayer().getFieldsOrThrow(Tap.PERCENT).getNumberValue());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end.set(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {}
    }

    @Test
    void a_sidecar_is_told_where_the_switch_is_and_each_time_it_is_turned() {
        Sidecar sidecar = new Sidecar();
        assertThat(sidecar.told).isEmpty();
        sidecar.asks(Tap.LAYER);
        taps.turn(WEB::equals);
        taps.turn(WEB::equals);
        taps.turn(_ -> false);
        assertThat(sidecar.told).containsExactly(0.0, 100.0, 0.0);
    }

    @Test
    void one_that_comes_while_somebody_watches_is_told_at_once() {
        taps.turn(WEB::equals);
        Sidecar sidecar = new Sidecar();
        sidecar.asks(Tap.LAYER);
        assertThat(sidecar.told).containsExactly(100.0);
    }

    @Test
    void one_that_comes_back_is_told_only_what_it_does_not_have() {
        Sidecar off = new Sidecar();
        off.comesBackWith("OFF");
        assertThat(off.told).isEmpty();
        taps.turn(WEB::equals);
        assertThat(off.told).containsExactly(100.0);

        Sidecar on = new Sidecar();
        on.comesBackWith("ON");
        assertThat(on.told).isEmpty();
        assertThat(taps.listening()).containsExactly(WEB);

        Sidecar other = new Sidecar();
        other.comesBackWith("of another Weir");
        assertThat(other.told).containsExactly(100.0);
    }

    @Test
    void others_are_not_turned_on() {
        Sidecar sidecar = new Sidecar();
        sidecar.asks(Tap.LAYER);
        taps.turn(new WorkloadKey("shop", "web-2")::equals);
        assertThat(sidecar.told).containsExactly(0.0);
    }

    @Test
    void a_layer_that_is_not_ours_is_not_answered() {
        Sidecar sidecar = new Sidecar();
        sidecar.asks("somebody-elses");
        taps.turn(WEB::equals);
        assertThat(sidecar.told).isEmpty();
    }

    @Test
    void it_listens_from_when_it_has_taken_that_until_it_is_told_otherwise_or_leaves() {
        Sidecar sidecar = new Sidecar();
        sidecar.asks(Tap.LAYER);
        sidecar.takes();
        assertThat(taps.listening()).isEmpty();
        taps.turn(WEB::equals);
        assertThat(taps.listening()).isEmpty();
        sidecar.takes();
        assertThat(taps.listening()).containsExactly(WEB);
        taps.turn(_ -> false);
        assertThat(taps.listening()).isEmpty();
        taps.turn(WEB::equals);
        sidecar.refuses();
        assertThat(taps.listening()).isEmpty();
        Sidecar another = new Sidecar();
        another.asks(Tap.LAYER);
        another.takes();
        assertThat(taps.listening()).containsExactly(WEB);
        another.stream.onCompleted();
        assertThat(taps.listening()).isEmpty();
    }

    @Test
    void it_leaves_with_its_credential() {
        Sidecar sidecar = new Sidecar();
        sidecar.asks(Tap.LAYER);
        taps.turn(WEB::equals);
        sidecar.takes();
        assertThat(taps.listening()).containsExactly(WEB);
        caller.expire();
        assertThat(sidecar.end.get().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(taps.listening()).isEmpty();
    }

    @Test
    void a_second_stream_ends_the_first() {
        Sidecar first = new Sidecar();
        first.asks(Tap.LAYER);
        Sidecar second = new Sidecar();
        second.asks(Tap.LAYER);
        assertThat(first.end.get().getCode()).isEqualTo(Status.Code.ABORTED);
        taps.turn(WEB::equals);
        second.takes();
        assertThat(first.told).containsExactly(0.0);
        assertThat(second.told).containsExactly(0.0, 100.0);
        assertThat(taps.listening()).containsExactly(WEB);
        assertThat(second.end.get()).isNull();
    }

    @Test
    void one_that_cannot_be_told_keeps_nobody_else_from_being_told() {
        Sidecar web = new Sidecar();
        web.asks(Tap.LAYER);
        caller.become(new ProxyIdentity("shop", "web", "web-2", "uid"));
        Sidecar other = new Sidecar();
        other.asks(Tap.LAYER);
        AtomicInteger asked = new AtomicInteger();
        taps.turn(_ -> {
            if (asked.getAndIncrement() == 0) {
                throw new IllegalStateException("the first call is over");
            }
            return true;
        });
        assertThat(asked).hasValue(2);
        assertThat(List.of(web.told.size(), other.told.size())).containsExactlyInAnyOrder(1, 2);
    }
}
