package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Console;
import io.weir.cli.output.Format;
import io.weir.cli.output.Style;
import io.weir.cli.output.Trees;
import io.weir.cli.stat.Bookstore;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminServer;
import io.weir.controlplane.standalone.AdminAddress;
import io.weir.telemetry.report.EdgeReport;
import io.weir.telemetry.report.EdgesRoute;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code weir stat}, {@code weir edges} and {@code weir split watch}, of a mesh whose report was made by hand. */
class StatCommandTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path state;

    private final AtomicInteger asked = new AtomicInteger();
    private AdminServer server;

    /** The report for half a minute; for a minute not yet, the first time. */
    private AdminAnswer answer(String window) {
        boolean known = window.equals("30s") || (asked.getAndIncrement() > 0 && window.equals("60s"));
        return known
                ? AdminAnswer.json(JSON, Bookstore.REPORT)
                : new AdminAnswer(
                        503,
                        "application/json",
                        JSON.writeValueAsString(new EdgeReport.Incomplete("counting began 40 s ago", 21)));
    }

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.holder("secret", Set.of()),
                Map.of(EdgesRoute.NAME, request -> answer(request.query().getOrDefault("t", ""))));
        new AdminAddress("127.0.0.1:" + server.port(), "secret").write(state);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private CommandLineRun run(String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(List.of("--state", state.toString()));
        return CommandLineRun.of(args.toArray(String[]::new));
    }

    @Test
    void stat_shows_workloads_and_names_sidecars_that_tell_nothing() {
        CommandLineRun run = run("stat", "-n", "shop");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("NAME          MESHED  SUCCESS   RPS ")
                .contains("bookstore-v2     1/1   92.86%");
        assertThat(run.err())
                .isEqualTo("! 1 sidecar tells nothing (Envoy counts from 1.39 on; or it does not run):"
                        + " customers/bookthief-0\n");
        assertThat(run("stat", "deploy/bookstore-v1", "--from", "deploy/bookthief")
                        .out())
                .contains("2.0ms      60");
        assertThat(run("stat", "ts").out()).startsWith("TrafficSplit shop/canary of Service bookstore\nBACKEND ");
    }

    @Test
    void what_programs_read_has_counts_and_null_where_there_is_no_value() {
        Map<String, Object> stat =
                Trees.object(run("stat", "svc", "-n", "shop", "-o", "json").out());
        assertThat(stat)
                .containsEntry("windowSeconds", 30)
                .containsEntry("start", "2026-01-01T11:59:30Z")
                .containsEntry("end", "2026-01-01T12:00:00Z");
        assertThat(stat.get("unavailable")).isEqualTo(List.of("customers/bookthief-0"));
        List<Map<String, Object>> rows = StatusCommand.rows(stat.get("rows"));
        assertThat(rows.get(1))
                .containsEntry("name", "bookstore-v1")
                .containsEntry("requests", 961)
                .containsEntry("denied", 60)
                .containsEntry("success", 1.0);
        assertThat(rows.get(3))
                .containsEntry("name", "inventory")
                .containsEntry("success", null)
                .containsEntry("p99Ms", null);

        Map<String, Object> edges = Trees.object(run("edges", "-o", "json").out());
        assertThat(StatusCommand.rows(edges.get("edges")))
                .first()
                .satisfies(row -> assertThat(row).containsEntry("source", null).containsEntry("secured", "none"));

        Map<String, Object> split = Trees.object(
                run("split", "watch", "shop/canary", "--once", "-o", "json").out());
        assertThat(StatusCommand.rows(split.get("trafficSplits")).getFirst())
                .containsEntry("trafficSplit", "shop/canary")
                .extractingByKey("backends")
                .satisfies(backends -> assertThat(StatusCommand.rows(backends).getLast())
                        .containsEntry("weight", 10)
                        .containsEntry("declaredShare", 0.1)
                        .containsEntry("observedShare", 0.1)
                        .containsEntry("successes", 91));
    }

    @Test
    void edges_and_split_watch_print_their_tables() {
        assertThat(run("edges", "-n", "shop").out())
                .contains(
                        "customers/bookbuyer  shop/bookstore (svc)  - ",
                        "customers/bookbuyer  shop/bookstore-v1     yes ");
        CommandLineRun split = run("split", "watch", "canary", "--once");
        assertThat(split.out())
                .startsWith("TrafficSplit shop/canary of Service bookstore\n")
                .contains("bookstore-v2      10     10.0%  10.0%   91.00%");
    }

    @Test
    void a_window_that_is_not_known_whole_is_a_failure_that_says_when_to_ask_again() {
        CommandLineRun run = run("stat", "-t", "1m");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo("weir: not all of the last 1 min is known: counting began 40 s ago\n"
                        + "  next: run it again in 21 s, or with --watch; or ask for less with -t\n");
    }

    @Test
    void what_is_not_there_is_a_failure_that_names_what_is() {
        assertThat(run("stat", "deploy/cart", "-n", "shop").err())
                .contains(
                        "there is no Deployment cart in namespace shop",
                        "there are: bookstore-v1, bookstore-v2, inventory");
        assertThat(run("split", "watch", "web", "--once").err())
                .contains("there is no TrafficSplit web", "there are: shop/canary");
        assertThat(run("stat", "jobs").err()).contains("there is no Job\n", "see weir stat pods");
        for (List<String> wrong : List.of(
                List.of("stat", "cars"),
                List.of("stat", "deploy", "--from", "web"),
                List.of("stat", "deploy", "--from", "deploy", "--to", "deploy"),
                List.of("stat", "ts", "--to", "deploy"),
                List.of("stat", "-t", "0s"),
                List.of("stat", "-t", "2d"),
                List.of("stat", "-A", "-n", "shop"),
                List.of("edges", "svc"),
                List.of("edges", "deploy/web"))) {
            assertThat(run(wrong.toArray(String[]::new)).exit())
                    .as(wrong.toString())
                    .isEqualTo(2);
        }
    }

    @Test
    void a_cluster_is_asked_by_a_forwarded_port() throws IOException {
        Path kubeconfig = kubeconfig();
        try (AdminServer telemetry = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.anybody(),
                Map.of(EdgesRoute.NAME, request -> answer(request.query().getOrDefault("t", ""))))) {
            String[] cluster = {"--kubeconfig", kubeconfig.toString(), "--telemetry", "127.0.0.1:" + telemetry.port()};

            CommandLineRun ofContext = CommandLineRun.of(with(cluster, "stat"));
            assertThat(ofContext.exit()).as(ofContext.err()).isZero();
            assertThat(ofContext.out())
                    .contains("bookstore-v2     1/1   92.86%")
                    .doesNotContain("bookbuyer");
            assertThat(CommandLineRun.of(with(cluster, "stat", "-A")).out()).contains("bookbuyer");
            assertThat(CommandLineRun.of(with(cluster, "edges")).out()).contains("shop/bookstore-v1     yes ");
            assertThat(CommandLineRun.of(with(cluster, "split", "watch", "canary", "--once"))
                            .out())
                    .startsWith("TrafficSplit shop/canary of Service bookstore\n");
            assertThat(CommandLineRun.of(with(cluster, "stat", "-t", "1m")).err())
                    .startsWith("weir: not all of the last 1 min is known: counting began 40 s ago\n");
        }
    }

    @Test
    void where_nobody_can_be_asked_it_says_so() throws IOException {
        String[] cluster = {"--kubeconfig", kubeconfig().toString()};

        CommandLineRun run = CommandLineRun.of(with(cluster, "edges", "--telemetry", "nowhere"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("the mesh's telemetry can't be asked: nowhere: ", "next: run weir check");
        assertThat(run(with(cluster, "stat")).exit())
                .as("a cluster and a folder")
                .isEqualTo(2);
    }

    private Path kubeconfig() throws IOException {
        return Files.writeString(state.resolve("kubeconfig"), """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: here, user: me, namespace: shop}}]
            clusters: [{name: here, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: me, user: {token: none}}]
            """);
    }

    private static String[] with(String[] cluster, String... words) {
        return Stream.concat(Stream.of(words), Stream.of(cluster)).toArray(String[]::new);
    }

    @Test
    void a_watch_goes_on_when_a_window_is_not_known_yet() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        watch(Map.of(), out, err);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("! not all of the last 1 min is known yet: counting began 40 s ago\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("2026-01-01T12:00:00Z\ntext\n");
    }

    @Test
    void on_a_terminal_a_watch_draws_in_place() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        watch(Map.of("WEIR_TTY", "1", "TERM", "xterm"), out, new ByteArrayOutputStream());

        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("\u001b[Hnot all of the last 1 min is known yet: counting began 40 s ago\u001b[K\n\u001b[J"
                        + "\u001b[Hlast 30 s, 2026-01-01T12:00:00Z\u001b[K\n\u001b[K\ntext\u001b[K\n\u001b[K\n"
                        + "1 sidecar tells nothing (Envoy counts from 1.39 on; or it does not run):"
                        + " customers/bookthief-0\u001b[K\n\u001b[J");
    }

    /** Two looks. */
    private void watch(Map<String, String> environment, ByteArrayOutputStream out, ByteArrayOutputStream err)
            throws IOException {
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Style.PLAIN,
                environment);
        AdminClient admin = new AdminClient(Path.of("mesh"), AdminAddress.read(state));
        List<Duration> pauses = new ArrayList<>();
        new Looks(Duration.ofMinutes(1))
                .show(
                        new TelemetryAccess.OnThisMachine(admin, null),
                        Looks.Often.ALWAYS,
                        Format.TABLE,
                        new Looks.View(_ -> "text\n", _ -> Map.of()),
                        console,
                        pause -> {
                            pauses.add(pause);
                            return pauses.size() < 2;
                        });
        assertThat(pauses).hasSize(2);
    }
}
