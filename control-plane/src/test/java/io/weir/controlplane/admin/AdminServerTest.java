package io.weir.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {

    private static final String TOKEN = "a-token-of-the-state-folder";

    private static final int LONG = 20_000;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch written = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.holder(TOKEN, Set.of("GET /healthz", "GET /readyz")),
                Map.of(
                        "GET /healthz",
                        _ -> AdminAnswer.text(200, "ok"),
                        "GET /v1/status",
                        request -> AdminAnswer.text(
                                200, "status " + request.query().getOrDefault("of", "all")),
                        "GET /apis/",
                        request -> AdminAnswer.text(200, "api " + request.path() + request.header("X-Group")),
                        "GET /apis/deep/",
                        request -> AdminAnswer.text(200, "deep " + request.path()),
                        "POST /v1/ca/rotate",
                        _ -> AdminAnswer.text(200, "rotated"),
                        "GET /v1/long",
                        _ -> AdminAnswer.streamed("text/plain; version=0.0.4", out -> lines(out)),
                        "GET /v1/long/broken",
                        _ -> AdminAnswer.streamed("text/plain", out -> {
                            lines(out);
                            throw new IOException("the disk is gone");
                        }),
                        "GET /v1/kept",
                        _ -> {
                            asked.countDown();
                            mayAnswer.await();
                            return AdminAnswer.streamed("text/plain", new Kept());
                        },
                        "GET /v1/broken",
                        _ -> {
                            throw new IOException("the key is 4711");
                        }));
    }

    /** Notes what becomes of it. */
    private final class Kept implements AdminAnswer.Streamed {
        @Override
        public void write(OutputStream out) throws IOException {
            written.countDown();
            lines(out);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private static void lines(OutputStream out) throws IOException {
        for (int i = 0; i < LONG; i++) {
            out.write("one of many lines\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private String ask(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body().strip();
        }
    }

    private String asOwner(String method, String path) throws Exception {
        return ask(method, path, "Authorization", "Bearer " + TOKEN);
    }

    @Test
    void whoever_holds_the_token_is_answered() throws Exception {
        assertThat(asOwner("GET", "/v1/status")).isEqualTo("200 status all");
        assertThat(asOwner("GET", "/v1/status?of=one")).isEqualTo("200 status one");
        assertThat(asOwner("POST", "/v1/ca/rotate")).isEqualTo("200 rotated");
    }

    @Test
    void a_route_that_ends_in_a_slash_has_all_below_it_unless_a_longer_one_fits() throws Exception {
        String token = "Bearer " + TOKEN;
        assertThat(ask("GET", "/apis/a/b%20c?x=y", "Authorization", token, "x-group", "one", "X-Group", "two"))
                .isEqualTo("200 api /apis/a/b%20c[one, two]");
        assertThat(asOwner("GET", "/apis/")).isEqualTo("200 api /apis/[]");
        assertThat(asOwner("GET", "/apis/deep/er")).isEqualTo("200 deep /apis/deep/er");
        assertThat(asOwner("GET", "/apis")).startsWith("404 ");
        assertThat(asOwner("POST", "/apis/a")).startsWith("404 ");
        assertThat(ask("GET", "/apis/a")).startsWith("401 ");
    }

    @Test
    void it_ends_at_once_although_a_client_keeps_its_connection() throws Exception {
        try (Socket kept = new Socket("127.0.0.1", server.port())) {
            kept.setSoTimeout(10_000);
            kept.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(kept.getInputStream().read()).isEqualTo('H');

            server.close();

            kept.getInputStream().readAllBytes();
        }
    }

    @Test
    void without_the_token_nothing_is_told_but_health() throws Exception {
        assertThat(ask("GET", "/healthz")).isEqualTo("200 ok");
        for (String credential : List.of("", TOKEN, "Bearer ", "Bearer " + TOKEN + "x", "Basic " + TOKEN)) {
            for (String path : List.of("/v1/status", "/v1/nowhere", "/healthz/../v1/status", "//v1/status")) {
                String[] headers = credential.isEmpty() ? new String[0] : new String[] {"Authorization", credential};
                assertThat(ask("GET", path, headers))
                        .as("%s with '%s'", path, credential)
                        .doesNotContain("all")
                        .matches("(?s)4\\d\\d .*");
            }
            String[] headers = credential.isEmpty() ? new String[0] : new String[] {"Authorization", credential};
            assertThat(ask("POST", "/v1/ca/rotate", headers)).startsWith("401 ");
        }
    }

    @Test
    void a_path_or_a_method_that_is_not_there_is_a_404() throws Exception {
        assertThat(asOwner("GET", "/v1/nowhere")).isEqualTo("404 nothing at GET /v1/nowhere");
        assertThat(asOwner("GET", "/v1/ca/rotate")).startsWith("404 ");
    }

    @Test
    void a_failure_is_for_the_log_and_not_for_the_caller() throws Exception {
        assertThat(asOwner("GET", "/v1/broken")).startsWith("500 ").doesNotContain("4711");
    }

    @Test
    void a_long_text_is_packed_for_whoever_can_unpack_it() throws Exception {
        assertThat(asOwner("GET", "/v1/long").lines()).hasSize(LONG);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/long"))
                .headers("Authorization", "Bearer " + TOKEN, "Accept-Encoding", "gzip")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4");
            assertThat(response.body()).hasSizeLessThan(LONG);
            String text = new String(
                    new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(),
                    StandardCharsets.UTF_8);
            assertThat(text.lines()).hasSize(LONG).allMatch("one of many lines"::equals);
        }
    }

    @Test
    void a_long_text_that_fails_on_its_way_does_not_pass_for_the_whole() {
        assertThatThrownBy(() -> asOwner("GET", "/v1/long/broken")).isInstanceOf(IOException.class);
    }

    @Test
    void what_is_held_for_a_long_text_is_given_back_when_it_is_written() throws Exception {
        mayAnswer.countDown();
        assertThat(asOwner("GET", "/v1/kept").lines()).hasSize(LONG);
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void what_is_held_for_a_long_text_is_given_back_if_the_caller_goes_before_it_is_written() throws Exception {
        try (Socket gone = new Socket("127.0.0.1", server.port())) {
            gone.getOutputStream()
                    .write(("GET /v1/kept HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer "
                                    + TOKEN + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            // So that it is reset.
            gone.setSoLinger(true, 0);
        }
        mayAnswer.countDown();
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(written.getCount()).isOne();
    }

    @Test
    void only_its_own_loopback_address_is_listened_at() throws IOException {
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.2", server.port()), 2_000))
                    .isInstanceOf(ConnectException.class);
        }
    }
}
