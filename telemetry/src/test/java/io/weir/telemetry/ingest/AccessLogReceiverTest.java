package io.weir.telemetry.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.RequestMethod;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPRequestProperties;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties.CertificateProperties;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties.CertificateProperties.SubjectAltName;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
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
import io.weir.telemetry.ingest.LogEntry.Judgement;
import io.weir.telemetry.model.Edge.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessLogReceiverTest {

    private static final ProxyIdentity WEB = new ProxyIdentity("shop", "web", "web-1", "uid");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String UNREADABLE = "/unreadable";
    private static final String BUYER = "spiffe://cluster.local/ns/shop/sa/buyer";

    private final List<LogEntry> entries = new CopyOnWriteArrayList<>();
    private final List<String> live = new CopyOnWriteArrayList<>();
    private final ProvenCaller caller = new ProvenCaller(WEB);
    private Server server;
    private ManagedChannel channel;

    /** Writes down what it is told; fails at one path. */
    private final class Live implements LiveLog {
        @Override
        public boolean takes(String log) {
            return log.equals("live");
        }

        @Override
        public void logged(ProxyIdentity sidecar, String log, List<HTTPAccessLogEntry> logged) {
            assertThat(sidecar).isEqualTo(WEB);
            logged.forEach(entry -> {
                String path = entry.getRequest().getPath();
                if (path.equals(UNREADABLE)) {
                    throw new IllegalArgumentException(path);
                }
                live.add(log + " " + path);
            });
        }
    }

    @BeforeEach
    void start() throws IOException {
        String name = InProcessServerBuilder.generateName();
        LogIntake intake = (sidecar, entry) -> {
            assertThat(sidecar).isEqualTo(WEB);
            entries.add(entry);
        };
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(ServerInterceptors.intercept(
                        new AccessLogReceiver(intake, new Live(), InstantSource.fixed(NOW)), caller))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private final class Client implements StreamObserver<StreamAccessLogsResponse> {

        private final AtomicReference<Status> end = new AtomicReference<>();
        private final StreamObserver<StreamAccessLogsMessage> stream =
                AccessLogServiceGrpc.newStub(channel).streamAccessLogs(this);

        Client begin(String node, String log) {
            stream.onNext(StreamAccessLogsMessage.newBuilder()
                    .setIdentifier(StreamAccessLogsMessage.Identifier.newBuilder()
                            .setNode(Node.newBuilder().setId(node))
                            .setLogName(log))
                    .build());
            return this;
        }

        void requests(HTTPAccessLogEntry.Builder... logged) {
            var logs = StreamAccessLogsMessage.HTTPAccessLogEntries.newBuilder();
            List.of(logged).forEach(logs::addLogEntry);
            stream.onNext(StreamAccessLogsMessage.newBuilder().setHttpLogs(logs).build());
        }

        void connection(TCPAccessLogEntry.Builder logged) {
            stream.onNext(StreamAccessLogsMessage.newBuilder()
                    .setTcpLogs(StreamAccessLogsMessage.TCPAccessLogEntries.newBuilder()
                            .addLogEntry(logged))
                    .build());
        }

        Status end() {
            return await().until(end::get, status -> status != null);
        }

        @Override
        public void onNext(StreamAccessLogsResponse answer) {}

        @Override
        public void onError(Throwable failure) {
            end.set(((StatusRuntimeException) failure).getStatus());
        }

        @Override
        public void onCompleted() {
            end.set(Status.OK);
        }
    }

    private static AccessLogCommon.Builder common(Instant start, String peerId) {
        return AccessLogCommon.newBuilder()
                .setStartTime(Timestamp.newBuilder()
                        .setSeconds(start.getEpochSecond())
                        .setNanos(start.getNano()))
                .setDownstreamDirectRemoteAddress(Address.newBuilder()
                        .setSocketAddress(SocketAddress.newBuilder().setAddress("10.0.0.7")))
                .setTlsProperties(TLSProperties.newBuilder()
                        .setPeerCertificateProperties(CertificateProperties.newBuilder()
                                .addSubjectAltName(SubjectAltName.newBuilder().setUri(peerId))));
    }

    private static Metadata rbac(String filter, String key, String value) {
        return Metadata.newBuilder()
                .putFilterMetadata(
                        filter,
                        Struct.newBuilder()
                                .putFields(
                                        key,
                                        Value.newBuilder().setStringValue(value).build())
                                .build())
                .build();
    }

    private static HTTPAccessLogEntry.Builder denied(String path, Instant start) {
        return HTTPAccessLogEntry.newBuilder()
                .setCommonProperties(common(start, BUYER)
                        .setMetadata(rbac("envoy.filters.http.rbac", "enforced_engine_result", "denied")))
                .setRequest(HTTPRequestProperties.newBuilder()
                        .setRequestMethod(RequestMethod.POST)
                        .setAuthority("web.shop")
                        .setPath(path)
                        .setUserAgent("curl"))
                .setResponse(HTTPResponseProperties.newBuilder().setResponseCode(UInt32Value.of(403)));
    }

    @Test
    void a_denied_request_is_told_without_its_query() {
        Client client = new Client().begin("shop/web-1", "inbound/8080");
        client.requests(denied("/books?token=secret", NOW.minusSeconds(1)));
        client.stream.onCompleted();

        assertThat(client.end()).isEqualTo(Status.OK);
        assertThat(entries)
                .containsExactly(new LogEntry(
                        NOW.minusSeconds(1),
                        8080,
                        Protocol.HTTP,
                        "10.0.0.7",
                        BUYER,
                        false,
                        "POST",
                        "web.shop",
                        "/books",
                        403,
                        Judgement.DENIED,
                        Judgement.NONE));
    }

    @Test
    void a_shadow_is_told_whatever_its_prefix() {
        Client client = new Client().begin("shop/web-1", "inbound/8080");
        client.requests(HTTPAccessLogEntry.newBuilder()
                .setCommonProperties(common(NOW, "")
                        .setMetadata(rbac("envoy.filters.http.rbac", "untargeted_shadow_engine_result", "denied"))));

        assertThat(entries.getFirst().shadow()).isEqualTo(Judgement.DENIED);
        assertThat(entries.getFirst().enforced()).isEqualTo(Judgement.NONE);
        assertThat(entries.getFirst().method()).isEmpty();
    }

    @Test
    void a_certificate_that_was_not_accepted_proves_nothing() {
        Client client = new Client().begin("shop/web-1", "inbound/5432");
        client.connection(TCPAccessLogEntry.newBuilder()
                .setCommonProperties(common(NOW, BUYER)
                        .setDownstreamTransportFailureReason(
                                "TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED")));
        client.connection(TCPAccessLogEntry.newBuilder()
                .setCommonProperties(
                        common(NOW, BUYER).setConnectionTerminationDetails("rbac_access_denied_matched_policy[none]")));
        client.connection(TCPAccessLogEntry.newBuilder()
                .setCommonProperties(common(NOW, BUYER).setDownstreamTransportFailureReason("TLS_error:|EOF")));

        assertThat(entries).extracting(LogEntry::provenId).containsExactly("", BUYER, BUYER);
        assertThat(entries)
                .extracting(LogEntry::enforced)
                .containsExactly(Judgement.DENIED, Judgement.DENIED, Judgement.NONE);
        assertThat(entries).extracting(LogEntry::port).containsOnly(5432);
    }

    @Test
    void texts_are_shortened_and_times_that_can_not_be_are_those_of_arrival() {
        Client client = new Client().begin("shop/web-1", "inbound/8080");
        client.requests(
                denied("/" + "a".repeat(10_000), NOW.plusSeconds(60)),
                denied("/b", NOW.minus(Duration.ofDays(400))),
                denied("/c", Instant.ofEpochSecond(Long.MAX_VALUE / 1_000_000_000)));

        assertThat(entries).extracting(LogEntry::at).containsOnly(NOW);
        assertThat(entries.getFirst().path()).hasSize(256);
    }

    @Test
    void one_that_logs_for_another_workload_is_refused() {
        Client client = new Client().begin("shop/web-2", "inbound/8080");

        assertThat(client.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(entries).isEmpty();
    }

    @Test
    void what_is_not_kept_goes_to_who_takes_it_as_it_came() {
        Client client = new Client().begin("shop/web-1", "live");
        client.requests(denied("/books?id=1", NOW));

        assertThat(live).containsExactly("live /books?id=1");
        assertThat(entries).isEmpty();
    }

    @Test
    void a_log_that_nobody_asked_for_is_refused() {
        Client other = new Client().begin("shop/web-1", "everything");
        Client nameless = new Client();
        nameless.requests(denied("/", NOW));

        assertThat(other.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(nameless.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(entries).isEmpty();
    }

    @Test
    void a_sidecar_has_a_limited_number_of_streams_and_gets_back_what_it_ends() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < AccessLogReceiver.MOST_STREAMS; i++) {
            clients.add(new Client().begin("shop/web-1", "inbound/8080"));
        }
        assertThat(new Client().end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);

        clients.getFirst().stream.onCompleted();
        assertThat(clients.getFirst().end()).isEqualTo(Status.OK);
        Client next = new Client().begin("shop/web-1", "inbound/8080");
        next.requests(denied("/", NOW));
        assertThat(entries).hasSize(1);
        assertThat(clients.getLast().end.get()).isNull();
    }

    @Test
    void a_stream_that_ended_with_its_credential_or_by_a_failure_does_not_count() {
        for (int i = 1; i < AccessLogReceiver.MOST_STREAMS; i++) {
            new Client().begin("shop/web-1", "inbound/8080");
        }
        Client expired = new Client().begin("shop/web-1", "inbound/8080");
        caller.expire();
        assertThat(expired.end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        Client failed = new Client().begin("shop/web-1", "live");
        failed.requests(denied(UNREADABLE, NOW));
        assertThat(failed.end().getCode()).isEqualTo(Status.Code.UNKNOWN);
        new Client().begin("shop/web-1", "inbound/8080").requests(denied("/", NOW));

        assertThat(entries).hasSize(1);
    }
}
