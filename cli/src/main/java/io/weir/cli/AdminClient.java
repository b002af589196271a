package io.weir.cli;

import io.weir.cli.output.Trees;
import io.weir.controlplane.standalone.AdminAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;

/** Asks the control plane of a running mesh. */
record AdminClient(Path folder, AdminAddress address) {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Finds it by the address in its state folder. */
    static AdminClient of(StateOptions options, Map<String, String> environment) {
        StateFolder state = options.state(environment);
        try {
            return new AdminClient(options.folder(), AdminAddress.read(state.path()));
        } catch (IOException | JacksonException e) {
            throw new Failure(
                    "no mesh of " + options.folder() + " is running (there is no address of one in " + state.path()
                            + ")",
                    "start it: weir run " + options.folder()
                            + "; or name its folder, or its state folder with --state");
        }
    }

    Map<String, Object> get(String path) {
        return Trees.object(send(HttpRequest.newBuilder(uri(path)).GET()));
    }

    /** The text of a plain answer, such as a list of replicas. */
    String text(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    Map<String, Object> post(String path) {
        return Trees.object(send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.noBody())));
    }

    private URI uri(String path) {
        return URI.create("http://" + address.address() + path);
    }

    /** An answer whatever its status. */
    record Reply(int status, String body) {}

    /** For a route whose statuses mean something. */
    Reply reply(String path) {
        return exchange(HttpRequest.newBuilder(uri(path)).GET());
    }

    /**
     * Begins to read an answer that may have no end; for the caller to close.
     *
     * @throws Failure if it is not answered at all
     */
    Followed follow(String path) {
        try {
            return Followed.begin(
                    HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + address.token()), () -> {});
        } catch (IOException e) {
            throw silent();
        }
    }

    private String send(HttpRequest.Builder request) {
        Reply reply = exchange(request);
        if (reply.status() != 200) {
            throw new Failure(
                    "the control plane answered " + reply.status() + ": "
                            + reply.body().strip(),
                    "look at the output of weir run " + folder);
        }
        return reply.body();
    }

    private Reply exchange(HttpRequest.Builder request) {
        try (HttpClient client = client()) {
            HttpResponse<String> response = client.send(request(request), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.body());
        } catch (IOException e) {
            throw silent();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .build();
    }

    private HttpRequest request(HttpRequest.Builder request) {
        return request.header("Authorization", "Bearer " + address.token())
                .timeout(LIMIT)
                .build();
    }

    private Failure silent() {
        return new Failure(
                "the control plane of " + folder + " does not answer at " + address.address(),
                "start it: weir run " + folder);
    }

    private static Failure interrupted() {
        Thread.currentThread().interrupt();
        return new Failure("interrupted", "run it again");
    }
}
