package io.weir.controlplane.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is held for an answer that is still being written is given back, once, however it ends. */
class StreamedAnswerTest {

    private static final byte[] LINE = "one of many lines\n".getBytes(StandardCharsets.UTF_8);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger closings = new AtomicInteger();
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer server;

    /** How the text is written. */
    @FunctionalInterface
    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /** Notes that it is given back. */
    private record Held(Writing writing, Runnable onClose) implements AdminAnswer.Streamed {
        @Override
        public void write(OutputStream out) throws IOException {
            writing.to(out);
        }

        @Override
        public void close() {
            onClose.run();
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                AdminServer.Access.anybody(),
                Map.of(
                        "GET /whole",
                        _ -> held(out -> out.write(LINE)),
                        "GET /broken",
                        _ -> held(out -> {
                            out.write(LINE);
                            throw new IOException("the disk is gone");
                        }),
                        "GET /endless",
                        _ -> held(StreamedAnswerTest::endless)));
    }

    private AdminAnswer held(Writing writing) {
        return AdminAnswer.streamed("text/plain", new Held(writing, () -> {
            closings.incrementAndGet();
            closed.countDown();
        }));
    }

    private static void endless(OutputStream out) throws IOException {
        while (true) {
            out.write(LINE);
            out.flush();
        }
    }

    @AfterEach
    void stop() throws IOException {
        client.shutdownNow();
        server.close();
    }

    private HttpRequest request(String path, String encoding) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Accept-Encoding", encoding)
                .build();
    }

    /** Begins to read what has no end. */
    private InputStream reading(String encoding) throws IOException, InterruptedException {
        InputStream body = client.send(request("/endless", encoding), HttpResponse.BodyHandlers.ofInputStream())
                .body();
        assertThat(body.read()).isNotNegative();
        assertThat(closings).as("while it is read").hasValue(0);
        return body;
    }

    private void isGivenBackOnce() throws InterruptedException {
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(closings).hasValue(1);
    }

    @Test
    void it_is_given_back_when_it_is_written() throws Exception {
        assertThat(client.send(request("/whole", "identity"), HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("one of many lines\n");
        isGivenBackOnce();
    }

    @Test
    void it_is_given_back_when_it_fails_on_its_way() throws Exception {
        assertThatThrownBy(() -> client.send(request("/broken", "identity"), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        isGivenBackOnce();
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void it_is_given_back_when_its_reader_goes(String encoding) throws Exception {
        try (InputStream body = reading(encoding)) {
            client.shutdownNow();
            isGivenBackOnce();
        }
    }

    @Test
    void it_is_given_back_when_the_server_ends() throws Exception {
        try (InputStream body = reading("identity")) {
            server.close();
            isGivenBackOnce();
        }
    }
}
