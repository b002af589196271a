package io.weir.bench.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Waits for a server to answer. */
final class Readiness {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration TICK = Duration.ofMillis(10);

    /** One for all, since making one takes time on a core that a server which starts needs. */
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Readiness() {}

    /** Whether it answers; an IOException means that it does not yet. */
    @FunctionalInterface
    interface Question {
        boolean holds() throws IOException, InterruptedException;
    }

    static void await(ServerProcess process, Question question) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(question)) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                throw new IOException("the server does not answer; it has printed:\n" + process.printed());
            }
            Thread.sleep(TICK);
        }
    }

    private static boolean answers(Question question) throws InterruptedException {
        try {
            return question.holds();
        } catch (IOException _) {
            return false;
        }
    }

    /** What an admin API says, without white space around it. */
    static String ask(String url, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("authorization", "Bearer " + token)
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body().strip();
    }
}
