package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Trees;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminRequest;
import io.weir.controlplane.admin.AdminServer;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.telemetry.model.Outcome;
import io.weir.telemetry.tap.TapEvent;
import io.weir.telemetry.tap.TapRoute;
import io.weir.telemetry.tap.TappedRequest;
import io.weir.telemetry.tap.TappedRequest.Direction;
import io.weir.telemetry.tap.TappedRequest.End;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code weir tap} and {@code weir top}, of a mesh whose requests were made by hand. */
class TapCommandTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final TappedRequest BOOKS = new TappedRequest(
            Instant.parse("2026-01-01T12:00:00Z"),
            Direction.INBOUND,
            new End("customers", "buyer-0", "buyer", "buyer", "10.0.0.2"),
            new End("shop", "web-0", "web", "web", "10.0.0.1"),
            "web.shop",
            "GET",
            "/books",
            200,
            Outcome.NOT_GRPC,
            List.of(),
            "via_upstream",
            1.5,
            0,
            10);

    private static final List<TapEvent> EVENTS = List.of(
            new TapEvent(new TapEvent.Watching(2, 1), null, null),
            new TapEvent(null, BOOKS, null),
            new TapEvent(null, null, 3L),
            new TapEvent(null, BOOKS, null));

    @TempDir
    private Path state;

    private final List<Map<String, String>> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private AdminServer server;

    private AdminAnswer answer(AdminRequest request) {
        asked.add(request.query());
        return switch (request.query().getOrDefault("workload", "")) {
            case "deployments/nobody" -> AdminAnswer.text(404, "no pod with a sidecar belongs to deployments/nobody");
            case "deployments/busy" -> AdminAnswer.text(429, "16 watch already");
            case "deployments/short" -> AdminAnswer.streamed("application/x-ndjson", TapCommandTest::write);
            default ->
                AdminAnswer.streamed("application/x-ndjson", out -> {
                    write(out);
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        };
    }

    private static void write(OutputStream out) throws IOException {
        for (TapEvent event : EVENTS) {
            out.write((JSON.writeValueAsString(event) + "\n\n").getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
    }

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.holder("secret", Set.of()),
                Map.of(TapRoute.NAME, this::answer));
        new AdminAddress("127.0.0.1:" + server.port(), "secret").write(state);
    }

    @AfterEach
    void close() throws IOException {
        end.countDown();
        server.close();
    }

    private CommandLineRun run(String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(List.of("--state", state.toString()));
        return CommandLineRun.of(args.toArray(String[]::new));
    }

    @Test
    void tap_prints_a_line_for_each_request_and_says_what_is_missing() {
        CommandLineRun run = run("tap", "web", "--for", "2s");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .satisfiesExactly(
                        head -> assertThat(head).startsWith("TIME ").endsWith(" PATH"),
                        line -> assertThat(line).startsWith("12:00:00.000  in   customers/buyer"),
                        line -> assertThat(line).endsWith("  /books"));
        assertThat(run.err()).isEqualTo("watching 1 of 2 sidecars\n! 3 requests came too fast and are not shown\n");
    }

    @Test
    void programs_read_a_request_a_line() {
        CommandLineRun run = run("tap", "web", "--for", "2s", "-o", "json");
        assertThat(run.out().lines().map(line -> JSON.readValue(line, TappedRequest.class)))
                .containsExactly(BOOKS, BOOKS);
        assertThat(run("tap", "web", "--for", "2s", "-o", "yaml").out())
                .startsWith("---\n")
                .contains("path: /books");
    }

    @Test
    void top_gathers_them_until_the_time_is_over() {
        CommandLineRun run = run("top", "web", "--for", "2s");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
            DIR  SOURCE           DESTINATION  METHOD  PATH    COUNT  SUCCESS    P50    P95    P99
            in   customers/buyer  shop/web     GET     /books      2  100.00%  1.5ms  1.5ms  1.5ms
            """);
        Map<String, Object> tree =
                Trees.object(run("top", "web", "--for", "2s", "-o", "json").out());
        assertThat(StatusCommand.rows(tree.get("rows")).getFirst())
                .containsEntry("path", "/books")
                .containsEntry("requests", 2);
    }

    @Test
    void what_is_asked_for_is_passed_on() {
        run(
                "tap",
                "po/web-0",
                "-n",
                "shop",
                "--from",
                "deploy/buyer",
                "--method",
                "get",
                "--path",
                "/a b",
                "--show-query",
                "--for",
                "1s");
        run("top", "short", "--to", "svc/db");
        assertThat(asked)
                .containsExactly(
                        Map.of(
                                "workload", "pods/web-0",
                                "namespace", "shop",
                                "from", "deployments/buyer",
                                "method", "get",
                                "path", "/a b",
                                "query", "shown"),
                        Map.of("workload", "deployments/short", "to", "services/db"));
    }

    @Test
    void of_a_cluster_each_replica_tells_what_it_was_told() throws IOException {
        Path kubeconfig = Files.writeString(state.resolve("kubeconfig"), """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: here, user: me, namespace: shop}}]
            clusters: [{name: here, cluster: {server: 'https://127.0.0.1:1'}}]
            users: [{name: me, user: {token: none}}]
            """);
        try (AdminServer other = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.anybody(),
                Map.of(TapRoute.NAME, this::answer))) {
            CommandLineRun run = CommandLineRun.of(
                    "tap",
                    "web",
                    "--for",
                    "2s",
                    "--kubeconfig",
                    kubeconfig.toString(),
                    "--telemetry",
                    "127.0.0.1:" + other.port(),
                    "--telemetry",
                    "127.0.0.1:1",
                    "--telemetry",
                    "127.0.0.1:" + other.port());
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out().lines()).hasSize(1 + 4);
            assertThat(run.err())
                    .contains("! some requests may be missing: 127.0.0.1:1: ", "watching 2 of 2 sidecars\n");
            assertThat(asked).allSatisfy(query -> assertThat(query).containsEntry("namespace", "shop"));

            CommandLineRun nobody = CommandLineRun.of(
                    "top", "web", "--kubeconfig", kubeconfig.toString(), "--telemetry", "127.0.0.1:1");
            assertThat(nobody.exit()).isEqualTo(1);
            assertThat(nobody.err()).startsWith("weir: the mesh's telemetry can't be asked: 127.0.0.1:1: ");
        } finally {
            end.countDown();
        }
        assertThat(run("tap", "web", "--kubeconfig", kubeconfig.toString()).exit())
                .as("a cluster and a folder")
                .isEqualTo(2);
    }

    @Test
    void a_table_has_rows_and_nobody_is_asked_for_one_without() {
        for (String rows : List.of("-1", "0", "5001")) {
            CommandLineRun run = run("top", "short", "--rows", rows);
            assertThat(run.exit()).as(rows).isEqualTo(2);
            assertThat(run.err()).startsWith("weir: --rows is from 1 to 5000, not " + rows + "\n");
        }
        assertThat(asked).isEmpty();
        assertThat(run("top", "web", "--rows", "1", "--for", "1s").exit()).isZero();
    }

    @Test
    void what_cannot_be_watched_is_said() {
        assertThat(run("tap", "nobody").err()).isEqualTo("""
            weir: no pod with a sidecar belongs to deployments/nobody
              next: see weir stat pods
            """);
        assertThat(run("top", "busy").err()).startsWith("weir: too many watch live requests: 16 watch already\n");
        CommandLineRun ended = run("tap", "short");
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.out()).contains("/books");
        assertThat(ended.err()).contains("nobody tells of live requests any more: it has ended");
        assertThat(run("tap", "ts/canary").exit()).isEqualTo(2);
        assertThat(run("tap", "web", "--to", "db").err()).startsWith("weir: db is not KIND/NAME of pods");
        assertThat(run("tap").exit()).isEqualTo(2);
    }
}
