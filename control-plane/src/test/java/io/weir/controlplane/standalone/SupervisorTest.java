package io.weir.controlplane.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With real Envoys and small apps; only the control plane is a stand-in. */
@Timeout(90)
@Tag("envoy")
class SupervisorTest {

    private static final String APP = "echo app $$; exec python3 -m http.server --bind \"$HOST\" \"$PORT_HTTP\"";
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    private Path dir;

    private final RecordedEvents events = new RecordedEvents();
    private final AtomicInteger issued = new AtomicInteger();
    private TestControlPlane controlPlane;
    private Path state;

    @BeforeEach
    void start() throws IOException {
        controlPlane = new TestControlPlane(dir);
        state = dir.resolve("state");
    }

    @AfterEach
    void nothing_is_left_running() throws Exception {
        controlPlane.close();
        for (ProcessHandle left : Leftovers.of(state).find()) {
            left.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {EnvoyInstall.OLDEST_VERSION, EnvoyInstall.DEFAULT_VERSION})
    void a_replica_is_ready_when_its_envoy_is_configured_and_its_app_listens(String version) throws Exception {
        DesiredReplica replica = TestControlPlane.replica("books", APP);
        controlPlane.want(replica);
        try (Supervisor supervisor = supervise(envoy(version), LONG)) {
            assertThat(supervisor).isNotNull();
            events.await("ready control plane");
            assertThat(events.await("ready shop/books")).endsWith(" http proxy http://" + replica.httpProxy());
            assertThat(ready()).isEqualTo("[\"uid-books\"]");
            assertThat(controlPlane.xds.visits.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(new TestXds.Visit(
                            "Bearer token-1 shop/books", "shop/books", "shop/store", replica.sidecarAddress()));
        }
        assertThat(state.resolve("ready.json")).doesNotExist();
        assertThat(events.seen()).doesNotContain("FAILED");
    }

    @Test
    void an_app_that_ends_is_started_again_and_gets_no_requests_meanwhile() throws Exception {
        controlPlane.want(TestControlPlane.replica("books", APP));
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            ProcessHandle app = process(events.await("shop/books: app "));
            events.await("ready shop/books");
            app.destroyForcibly();
            assertThat(events.await("FAILED restarting the app of shop/books")).contains("in 100 ms (exit 137; ");
            events.await("not ready shop/books");
            events.await("ready shop/books");
        }
    }

    @Test
    void an_app_without_a_sidecar_runs_by_itself_and_is_ready_when_it_listens() throws Exception {
        DesiredReplica bare = withoutSidecar(TestControlPlane.replica("bare", "env; " + APP));
        controlPlane.want(bare);
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            assertThat(events.await("ready shop/bare")).endsWith(" without sidecar, at " + bare.appAddress());
            assertThat(ready()).isEqualTo("[\"uid-bare\"]");
            assertThat(sidecars()).isEmpty();
            assertThat(events.seen())
                    .contains("shop/bare: HOST=" + bare.appAddress())
                    .doesNotContain("shop/bare: http_proxy=");
            controlPlane.want();
            events.await("stopped shop/bare");
        }
    }

    @Test
    void an_app_that_never_listens_is_told_where_it_should() throws Exception {
        DesiredReplica deaf = withoutSidecar(TestControlPlane.replica("deaf", "exec sleep 1000"));
        controlPlane.want(deaf);
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            assertThat(events.await("FAILED shop/deaf gets no traffic yet"))
                    .contains("does not listen at $HOST:$PORT_HTTP, that is " + deaf.appAddress() + ":"
                            + deaf.ports().getFirst().appPort() + "/tcp")
                    .contains("app.log");
        }
    }

    @Test
    void a_sidecar_that_ends_is_started_again_and_the_app_goes_on() throws Exception {
        controlPlane.want(TestControlPlane.replica("books", APP));
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            ProcessHandle app = process(events.await("shop/books: app "));
            events.await("ready shop/books");
            sidecar().destroyForcibly();
            events.await("FAILED restarting the sidecar of shop/books in 100 ms");
            events.await("ready shop/books");
            assertThat(app.isAlive()).isTrue();
        }
    }

    @Test
    void a_control_plane_that_ends_is_started_again_and_sidecars_go_on() throws Exception {
        controlPlane.want(TestControlPlane.replica("books", null));
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            ProcessHandle serve = process(events.await("control plane: serving "));
            events.await("ready shop/books");
            ProcessHandle sidecar = sidecar();
            serve.destroyForcibly();
            events.await("FAILED restarting the control plane in 100 ms");
            events.await("control plane: serving ");
            assertThat(sidecar.isAlive()).isTrue();
            assertThat(ready()).isEqualTo("[\"uid-books\"]");
        }
    }

    @Test
    void a_replica_that_goes_may_finish_while_its_sidecar_lives() throws Exception {
        String finishing =
                "trap 'echo finishing; exit 0' TERM; python3 -m http.server --bind $HOST $PORT & echo up; wait";
        DesiredReplica stays = TestControlPlane.replica("stays", null);
        DesiredReplica goes = TestControlPlane.replica("goes", finishing);
        controlPlane.want(stays, goes);
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            events.await("ready shop/goes");
            Instant told = Instant.now();
            controlPlane.want(stays);
            events.await("shop/goes: finishing");
            assertThat(Duration.between(told, Instant.now())).isGreaterThan(Duration.ofMillis(1900));
            assertThat(ready()).isEqualTo("[\"uid-stays\"]");
            assertThat(sidecars()).hasSize(2);
            events.await("stopped shop/goes");
            assertThat(sidecars()).hasSize(1);
        }
    }

    @Test
    void a_replica_with_a_new_uid_is_another_one_and_starts_when_the_old_has_left() throws Exception {
        DesiredReplica first = TestControlPlane.replica("books", null);
        controlPlane.want(first);
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            events.await("ready shop/books");
            controlPlane.want(withUid(first, "uid-2"));
            events.await("stopped shop/books");
            events.await("ready shop/books");
            assertThat(ready()).isEqualTo("[\"uid-2\"]");
            assertThat(sidecars()).hasSize(1);
        }
    }

    @Test
    void a_token_is_renewed_before_it_expires_and_used_by_the_next_stream() throws Exception {
        controlPlane.want(TestControlPlane.replica("books", null));
        try (Supervisor supervisor = supervise(envoy(), Duration.ofMillis(800))) {
            assertThat(supervisor).isNotNull();
            assertThat(controlPlane.xds.visits.poll(20, TimeUnit.SECONDS).authorization())
                    .isEqualTo("Bearer token-1 shop/books");
            String latest = "Bearer token-1 shop/books";
            while (latest.startsWith("Bearer token-1 ")) {
                controlPlane.xds.endStreams();
                latest = controlPlane.xds.visits.poll(20, TimeUnit.SECONDS).authorization();
            }
            assertThat(latest).matches("Bearer token-[2-9] shop/books");
        }
    }

    @Test
    void whoever_guards_udp_with_an_envoy_that_sends_it_from_elsewhere_is_told_once_what_to_use() throws Exception {
        controlPlane.tellDatagramsByAddress("shop/dns:53", "shop/ntp:123");
        try (Supervisor supervisor = supervise(envoy(EnvoyInstall.OLDEST_VERSION), LONG)) {
            assertThat(supervisor).isNotNull();
            assertThat(events.await("FAILED UDP to shop/dns:53 and 1 more is denied to everyone: Envoy 1.36.4 "))
                    .contains("; use Envoy 1.40 or later");
            controlPlane.tellDatagramsByAddress("shop/dns:53");
            controlPlane.want(TestControlPlane.replica("books", null));
            events.await("ready shop/books");
            assertThat(events.seen()).containsOnlyOnce("FAILED UDP");
            controlPlane.tellDatagramsByAddress();
            controlPlane.want();
            events.await("stopped shop/books");
            controlPlane.tellDatagramsByAddress("shop/dns:53");
            assertThat(events.await("FAILED UDP")).contains("shop/dns:53 is denied");
        }
    }

    @Test
    void an_envoy_that_sends_udp_from_the_sidecars_address_is_not_complained_of() throws Exception {
        controlPlane.tellDatagramsByAddress("shop/dns:53");
        controlPlane.want(TestControlPlane.replica("books", null));
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            events.await("ready shop/books");
        }
        assertThat(events.seen()).doesNotContain("FAILED");
    }

    @Test
    void a_second_run_on_the_same_state_is_refused() throws Exception {
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            assertThatThrownBy(() -> supervise(envoy(), LONG))
                    .isInstanceOf(Supervisor.AlreadyRunning.class)
                    .hasMessageContaining("another weir run uses " + state);
        }
        supervise(envoy(), LONG).close();
    }

    @Test
    void a_control_plane_that_refuses_its_command_line_ends_the_run_with_its_exit_code() throws Exception {
        Supervisor.Options given = controlPlane.options(state, envoy());
        Supervisor.Options options = new Supervisor.Options(
                state,
                dir,
                List.of("sh", "-c", "echo no such folder >&2; exit 2"),
                given.envoy(),
                given.roots(),
                1,
                System.getenv());
        try (Supervisor supervisor = Supervisor.start(options, this::token, events)) {
            assertThat(supervisor.await()).isEqualTo(2);
            events.await("control plane: no such folder");
            events.await("FAILED the control plane can't start");
        }
    }

    @Test
    void what_an_earlier_run_left_is_ended_before_its_addresses_are_used_again() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "trap '' TERM; sleep 100000 & echo deaf; wait");
        builder.environment()
                .put("WEIR_CHILD", Leftovers.of(OwnerOnly.folder(state)).mark());
        Process left = builder.start();
        assertThat(left.inputReader().readLine()).isEqualTo("deaf");
        try (Supervisor supervisor = supervise(envoy(), LONG)) {
            assertThat(supervisor).isNotNull();
            assertThat(left.isAlive()).isFalse();
        } finally {
            left.destroyForcibly();
        }
    }

    private Supervisor supervise(EnvoyInstall.Binary envoy, Duration tokenLife) throws Exception {
        return Supervisor.start(
                controlPlane.options(state, envoy),
                replica -> new ProxyTokens.ProxyToken(
                        token(replica).value(), Instant.now().plus(tokenLife)),
                events);
    }

    private ProxyTokens.ProxyToken token(DesiredReplica replica) {
        return new ProxyTokens.ProxyToken("token-" + issued.incrementAndGet() + " " + replica.key(), Instant.MAX);
    }

    private static EnvoyInstall.Binary envoy() throws Exception {
        return envoy(EnvoyInstall.DEFAULT_VERSION);
    }

    private static EnvoyInstall.Binary envoy(String version) throws Exception {
        return new EnvoyInstall.Binary(EnvoyInstall.system(System.err::println).ensure(version), version);
    }

    private static DesiredReplica withUid(DesiredReplica replica, String uid) {
        return new DesiredReplica(
                replica.namespace(),
                replica.name(),
                uid,
                replica.serviceAccount(),
                replica.sidecarAddress(),
                replica.httpProxy(),
                replica.appAddress(),
                replica.ports(),
                replica.command(),
                replica.env(),
                replica.services());
    }

    private static DesiredReplica withoutSidecar(DesiredReplica replica) {
        return new DesiredReplica(
                replica.namespace(),
                replica.name(),
                replica.uid(),
                replica.serviceAccount(),
                null,
                null,
                replica.appAddress(),
                replica.ports(),
                replica.command(),
                replica.env(),
                replica.services());
    }

    private String ready() throws IOException {
        return Files.readString(state.resolve("ready.json"));
    }

    private ProcessHandle sidecar() throws IOException {
        return sidecars().getFirst();
    }

    private List<ProcessHandle> sidecars() throws IOException {
        return Leftovers.of(state).find().stream()
                .filter(process -> process.info().command().orElse("").endsWith("_bin/envoy"))
                .toList();
    }

    private static ProcessHandle process(String line) {
        return ProcessHandle.of(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .orElseThrow();
    }
}
