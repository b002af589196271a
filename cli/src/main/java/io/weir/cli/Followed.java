package io.weir.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An answer that is still coming. */
final class Followed implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient client;
    private final HttpResponse<InputStream> response;
    private final Closeable way;

    private Followed(HttpClient client, HttpResponse<InputStream> response, Closeable way) {
        this.client = client;
        this.response = response;
        this.way = way;
    }

    /**
     * Begins to read.
     *
     * @param way is closed with the answer; it stays the caller's where there is none
     * @throws IOException if it is not answered at all
     */
    static Followed begin(HttpRequest.Builder request, Closeable way) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .build();
        boolean open = false;
        try {
            Followed followed = new Followed(
                    client,
                    client.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofInputStream()),
                    way);
            open = true;
            return followed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            if (!open) {
                client.shutdownNow();
            }
        }
    }

    int status() {
        return response.statusCode();
    }

    InputStream body() {
        return response.body();
    }

    /** Tells the server that nobody reads on. */
    @Override
    public void close() throws IOException {
        client.shutdownNow();
        way.close();
    }
}
