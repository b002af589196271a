package io.weir.cli.demo;

import io.weir.controlplane.standalone.DesiredReplica;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Asks the callers of the bookstore what they counted, each at its own port: not by way of the mesh. */
final class EchoApps implements Walk.Callers {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final double NANOS = 1e9;

    private final HttpClient http;
    private final Supplier<? extends Iterable<DesiredReplica>> replicas;
    private final SortedMap<String, Tally> last = new TreeMap<>();

    EchoApps(Supplier<? extends Iterable<DesiredReplica>> replicas, HttpClient http) {
        this.http = http;
        this.replicas = replicas;
    }

    @Override
    public Observation observe() {
        for (DesiredReplica replica : replicas.get()) {
            if (Bookstore.CALLERS.contains(replica.key())) {
                Tally tally = ask(replica);
                if (tally != null) {
                    last.put(replica.key(), tally);
                }
            }
        }
        return new Observation(System.nanoTime() / NANOS, last);
    }

    /** Null: it does not answer now; what it counts is not lost, the next time tells. */
    private @Nullable Tally ask(DesiredReplica replica) {
        for (DesiredReplica.PortBinding port : replica.ports()) {
            if (port.name().equals("stats") || port.name().equals("http")) {
                return ask(URI.create("http://" + replica.appAddress() + ":" + port.appPort() + "/stats"));
            }
        }
        return null;
    }

    private @Nullable Tally ask(URI address) {
        try {
            HttpRequest request = HttpRequest.newBuilder(address).timeout(LIMIT).build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Tally.read(answer.body()) : null;
        } catch (IOException | JacksonException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
