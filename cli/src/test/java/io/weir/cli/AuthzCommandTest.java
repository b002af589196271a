package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.cli.output.Console;
import io.weir.cli.output.Style;
import io.weir.controlplane.admin.AdminAnswer;
import io.weir.controlplane.admin.AdminServer;
import io.weir.telemetry.denial.DenialReport;
import io.weir.telemetry.denial.DenialReport.Entry;
import io.weir.telemetry.denial.DenialReport.Result;
import io.weir.telemetry.denial.DenialsRoute;
import io.weir.telemetry.report.EdgeReport.End;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/** {@code weir authz --watch}, of replicas whose denials were made by hand. */
class AuthzCommandTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path folder;

    private final List<Replica> replicas = new ArrayList<>();

    /** What a replica answers look by look; the last answer stays. */
    private static final class Replica {

        private final Deque<AdminAnswer> answers = new ArrayDeque<>();
        private final AdminServer server;

        Replica() throws IOException {
            server = AdminServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    AdminServer.Access.anybody(),
                    Map.of(DenialsRoute.NAME, _ -> next()));
        }

        private synchronized AdminAnswer next() {
            return answers.size() > 1 ? answers.remove() : answers.element();
        }

        Replica knows(Entry... denials) {
            answers.add(AdminAnswer.json(JSON, new DenialReport(0, List.of(denials))));
            return this;
        }

        Replica fails() {
            answers.add(AdminAnswer.text(500, "not now"));
            return this;
        }
    }

    @BeforeEach
    void start() throws IOException {
        replicas.add(new Replica());
        replicas.add(new Replica());
        Files.writeString(folder.resolve("kubeconfig"), """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: here, user: me, namespace: shop}}]
            clusters: [{name: here, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: me, user: {token: none}}]
            """);
    }

    @AfterEach
    void stop() throws IOException {
        for (Replica replica : replicas) {
            replica.server.close();
        }
    }

    private static Entry denial(String id, int second, String path) {
        return new Entry(
                id,
                NOW.plusSeconds(second),
                Result.DENIED,
                false,
                new End("customers", "", "", "", "thief", "", List.of()),
                true,
                new End("shop", "", "", "", "store", "", List.of()),
                8080,
                "shop/store",
                80,
                "HTTP",
                "GET",
                "store.shop",
                path,
                "because");
    }

    /** What is printed in so many looks. */
    private String watch(int looks, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                Style.PLAIN,
                Map.of());
        int[] left = {looks};
        List<String> words = new ArrayList<>(List.of(
                "--watch", "-A", "--kubeconfig", folder.resolve("kubeconfig").toString()));
        replicas.forEach(replica -> words.addAll(List.of("--telemetry", "127.0.0.1:" + replica.server.port())));
        words.addAll(List.of(options));
        int exit = new CommandLine(new AuthzCommand(console, _ -> --left[0] > 0))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(words.toArray(String[]::new));
        assertThat(exit).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<List<String>> idsByLook(String printed) {
        try (MappingIterator<JsonNode> looks = JSON.readerFor(JsonNode.class).readValues(printed)) {
            List<List<String>> ids = new ArrayList<>();
            looks.forEachRemaining(look -> ids.add(look.path("denials")
                    .valueStream()
                    .map(one -> one.path("id").asString())
                    .toList()));
            return ids;
        }
    }

    @Test
    void each_denial_is_printed_once_although_a_replica_does_not_answer_every_look() {
        replicas.get(0)
                .knows(denial("a-1", 1, "/"), denial("a-2", 2, "/"))
                .fails()
                .knows(denial("a-1", 1, "/"), denial("a-2", 2, "/"));
        replicas.get(1).knows().knows(denial("b-1", 3, "/")).knows(denial("b-1", 3, "/"), denial("b-2", 4, "/"));

        assertThat(idsByLook(watch(5, "-o", "json")))
                .containsExactly(List.of("a-1", "a-2"), List.of("b-1"), List.of("b-2"));
    }

    @Test
    void a_denial_that_two_ways_lead_to_is_one() {
        for (Replica way : replicas) {
            way.knows(denial("a-1", 1, "/")).knows(denial("a-1", 1, "/"), denial("a-2", 2, "/"));
        }

        assertThat(idsByLook(watch(3, "-o", "json"))).containsExactly(List.of("a-1"), List.of("a-2"));
    }

    @Test
    void a_call_that_is_denied_again_is_shown_anew_with_how_often_and_others_are_not() {
        Entry other = denial("a-2", 2, "/other");
        replicas.get(0).knows(denial("a-1", 1, "/"), other).knows(denial("a-1", 1, "/"), other, denial("a-3", 3, "/"));
        replicas.get(1).knows();

        assertThat(watch(4)).isEqualTo("""
                LAST                  TIMES  RESULT  SRC              DST              REQUEST
                2026-01-02T03:04:06Z  1      denied  customers/thief  shop/store:8080  GET /
                  because
                  weir explain sa/thief svc/store -n customers --to-namespace shop --port 80 --method GET --path /
                2026-01-02T03:04:07Z  1      denied  customers/thief  shop/store:8080  GET /other
                  because
                  weir explain sa/thief svc/store -n customers --to-namespace shop --port 80 --method GET --path /other
                LAST                  TIMES  RESULT  SRC              DST              REQUEST
                2026-01-02T03:04:08Z  2      denied  customers/thief  shop/store:8080  GET /
                  because
                  weir explain sa/thief svc/store -n customers --to-namespace shop --port 80 --method GET --path /
                """);
    }
}
